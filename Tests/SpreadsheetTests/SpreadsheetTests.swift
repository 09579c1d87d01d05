import CZip
import Foundation
import Operating
import Testing

@testable import Spreadsheet

@Suite("A list of codes in a file") struct SpreadsheetTests {
    private static let headings: Set<String> = ["mahoso", "mãhồsơ"]
    private let folder: String

    init() throws {
        var template = Array("/tmp/lienthongd-sheet.XXXXXX".utf8CString)
        #expect(mkdtemp(&template) != nil)
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private func codes(_ name: String) throws -> [String] {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return SpreadsheetFile.column(
            Self.headings, of: try SpreadsheetFile.rows(path: "\(folder)/\(name)"))
    }

    private func write(_ name: String, _ text: String) throws {
        try text.write(toFile: "\(folder)/\(name)", atomically: false, encoding: .utf8)
    }

    /// Writes a zip archive with libzip.
    private func zip(_ name: String, _ parts: [(String, [UInt8])]) throws {
        var code: Int32 = 0
        let archive = try #require(zip_open("\(folder)/\(name)", ZIP_CREATE, &code))
        var kept: [UnsafeMutableRawPointer] = []
        for (part, bytes) in parts {
            let copy = UnsafeMutableRawPointer.allocate(
                byteCount: max(1, bytes.count), alignment: 1)
            bytes.withUnsafeBytes {
                if let base = $0.baseAddress { copy.copyMemory(from: base, byteCount: bytes.count) }
            }
            kept.append(copy)
            let source = zip_source_buffer(archive, copy, zip_uint64_t(bytes.count), 0)
            #expect(zip_file_add(archive, part, source, zip_flags_t(ZIP_FL_ENC_UTF_8)) >= 0)
        }
        #expect(zip_close(archive) == 0)
        for copy in kept { copy.deallocate() }
    }

    private func workbook(
        _ sheet: String, strings: String = "", at place: String = "worksheets/sheet1.xml"
    )
        throws
    {
        let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        try zip(
            "list.xlsx",
            [
                (
                    "xl/workbook.xml",
                    Array(
                        "<workbook xmlns='\(main)' xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'><sheets><sheet name='Hồ sơ' sheetId='4' r:id='rId9'/></sheets></workbook>"
                            .utf8)
                ),
                (
                    "xl/_rels/workbook.xml.rels",
                    Array(
                        "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'><Relationship Id='rId1' Target='styles.xml'/><Relationship Id='rId9' Target='\(place)'/></Relationships>"
                            .utf8)
                ),
                ("xl/sharedStrings.xml", Array("<sst xmlns='\(main)'>\(strings)</sst>".utf8)),
                (
                    "xl/" + place,
                    Array(
                        "<worksheet xmlns='\(main)'><sheetData>\(sheet)</sheetData></worksheet>"
                            .utf8)
                ),
            ])
    }

    @Test(
        "is read from text with any of the usual separators, with quotes, a mark and a heading",
        arguments: [
            "MaHoSo,Ten\nH21.1-0001,a\nH21.1-0002,b\n",
            "\u{FEFF}STT;Mã hồ sơ;Tên\r\n1;H21.1-0001;\"a;\r\nb\"\r\n2;\"H21.1-0002\";c\r\n",
            "DANH SÁCH HỒ SƠ TRỄ HẠN\n\nSTT\tMã hồ sơ\n1\tH21.1-0001\n2\tH21.1-0002\n3\tH21.1-0001",
            "H21.1-0001\nH21.1-0002\n\n",
        ])
    func text(_ text: String) throws {
        try write("list.csv", text)
        #expect(try codes("list.csv") == ["H21.1-0001", "H21.1-0002"])
    }

    @Test("is read from the first sheet of a workbook, wherever it lies")
    func xlsx() throws {
        try workbook(
            """
            <row r='1'><c r='A1' t='s'><v>0</v></c></row>
            <row r='3'><c r='A3' t='s'><v>1</v></c><c r='C3' t='s'><v>2</v></c></row>
            <row r='4'><c r='A4'><v>1</v></c><c r='C4' t='s'><v>3</v></c></row>
            <row r='5'><c r='C5' t='inlineStr'><is><t> H21.1-0002 </t></is></c></row>
            <row r='6'><c r='C6'><v>12345</v></c></row>
            <row r='7'><c r='C7' t='s'><v>99</v></c></row>
            """,
            strings: """
                <si><t>DANH SÁCH</t></si><si><t>STT</t></si><si><r><t>Mã </t></r><r><t>hồ sơ</t></r></si>
                <si><t>H21.1-0001</t><rPh sb='0' eb='1'><t>đọc</t></rPh></si>
                """, at: "worksheets/hoso.xml")
        #expect(try codes("list.xlsx") == ["H21.1-0001", "H21.1-0002", "12345"])
    }

    private func refused(_ name: String) throws -> String {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try #require(throws: Trouble.self) {
            _ = try SpreadsheetFile.rows(path: "\(folder)/\(name)")
        }.code
    }

    @Test("is refused when it is a bomb: many bytes or many cells from few")
    func bombs() throws {
        try zip(
            "list.xlsx", [("xl/worksheets/sheet1.xml", [UInt8](repeating: 0x20, count: 40 << 20))])
        #expect(try refused("list.xlsx") == "LT-6111")
    }

    @Test("is refused when its cells are too many for their bytes")
    func cells() throws {
        try workbook(String(repeating: "<c/>", count: 1_200_000))
        #expect(try refused("list.xlsx") == "LT-6110")
    }

    @Test("is refused before its empty cells or lines fill the memory")
    func emptiness() throws {
        let before = residentPeak()
        // A thousand columns in each of a hundred thousand rows, from a few kilobytes.
        try workbook(String(repeating: "<row><c r='ALL1'/></row>", count: 100_000))
        #expect(try refused("list.xlsx") == "LT-6111")
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        try write("list.csv", String(repeating: "\n", count: 60 << 20))
        #expect(try refused("list.csv") == "LT-6111")
        #expect(residentPeak() - before < 1024, "MiB")
    }

    /// Of this process, in MiB; never falls.
    private func residentPeak() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss / 1024
    }

    @Test("is refused when it declares entities")
    func entities() throws {
        try zip(
            "list.xlsx",
            [("xl/worksheets/sheet1.xml", Array("<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>".utf8))])
        #expect(try refused("list.xlsx") == "LT-6110")
    }

    @Test(
        "is refused when it is something else", arguments: ["", "PK\u{3}\u{4}not a zip", "\0\u{1}"])
    func others(_ text: String) throws {
        try write("list.xls", text)
        if text.isEmpty {
            #expect(try codes("list.xls").isEmpty)
        } else {
            #expect(try refused("list.xls") == "LT-6110")
        }
    }

    @Test("writes cells that no spreadsheet takes for a formula")
    func formulas() {
        #expect(DelimitedText.line(["=1+1", "a,b", "c\"d"]) == "'=1+1,\"a,b\",\"c\"\"d\"\r\n")
        // A line end of two scalars, and signs that carry a mark, are one character each.
        #expect(DelimitedText.line(["a\r\nb"]) == "\"a\r\nb\"\r\n")
        #expect(DelimitedText.line(["=\u{301}1", "a,\u{301}"]) == "'=\u{301}1,\"a,\u{301}\"\r\n")
        #expect(DelimitedText.line(["a\"\u{301}b"]) == "\"a\"\"\u{301}b\"\r\n")
    }

    @Test("knows columns by their letters")
    func columns() {
        #expect(Workbook.column("A1") == 0)
        #expect(Workbook.column("AB12") == 27)
        #expect(Workbook.column("12") == nil)
        #expect(Workbook.column("ZZZZZZ1") == nil)
    }
}
