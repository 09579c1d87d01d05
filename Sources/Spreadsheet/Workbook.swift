internal import Operating
internal import Wire

/// The first sheet of an Office Open XML workbook (`.xlsx`), as rows of texts.
///
/// A workbook is a zip archive: `xl/workbook.xml` names the sheets, its relations say in which part each lies,
/// and cells of type `s` are numbers into `xl/sharedStrings.xml`.
struct Workbook {
    /// Of one part, unpacked. Fifty thousand codes take five megabytes.
    private static let partLimit = 32 << 20
    private static let columnLimit = 1000

    private let archive: ZipArchive
    private let path: String

    init(path: String) throws(Trouble) {
        guard let archive = ZipArchive(path: path) else { throw .spreadsheetUnreadable(path) }
        self.archive = archive
        self.path = path
    }

    func rows() throws(Trouble) -> [[String]] {
        let texts = try sharedTexts()
        guard let sheet = try part(try firstSheet()) else { throw .spreadsheetUnreadable(path) }
        var table = TableRows()
        do throws(TableRows.TooLarge) {
            for row in sheet.child("sheetData")?.children ?? [] where row.name == "row" {
                try read(row, texts, into: &table)
            }
        } catch {
            throw .spreadsheetTooLarge(path)
        }
        return table.rows
    }

    private func read(_ row: XMLElement, _ texts: [String], into table: inout TableRows)
        throws(TableRows.TooLarge)
    {
        for cell in row.children where cell.name == "c" {
            // Empty cells are left out, so each says where it is; without that it follows the last.
            let column = cell.attributes["r"].flatMap(Workbook.column) ?? table.column
            guard column < Workbook.columnLimit else { continue }
            try table.add(text(of: cell, texts), at: column)
        }
        try table.endRow()
    }

    private func text(of cell: XMLElement, _ texts: [String]) -> String {
        let value = cell.child("v")?.text ?? ""
        switch cell.attributes["t"] {
        case "s":
            guard let index = Int(value), texts.indices.contains(index) else { return "" }
            return texts[index]
        case "inlineStr": return cell.child("is").map(Workbook.text) ?? ""
        default: return value
        }
    }

    /// `C7` is 2.
    static func column(_ reference: String) -> Int? {
        var number = 0
        for byte in reference.utf8 {
            guard (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) else { break }
            number = number * 26 + Int(byte - UInt8(ascii: "A")) + 1
            guard number <= 20_000 else { return nil }
        }
        return number > 0 ? number - 1 : nil
    }

    private func sharedTexts() throws(Trouble) -> [String] {
        try part("xl/sharedStrings.xml")?.children.map(Workbook.text) ?? []
    }

    /// A text, or the runs of one; how it is read aloud (`rPh`) is no part of it.
    private static func text(_ item: XMLElement) -> String {
        item.children.map { child in
            switch child.name {
            case "t": child.text
            case "r": child.child("t")?.text ?? ""
            default: ""
            }
        }.joined()
    }

    private func firstSheet() throws(Trouble) -> String {
        let usual = "xl/worksheets/sheet1.xml"
        guard let book = try part("xl/workbook.xml"),
            let relation = book.child("sheets")?.children.first?.attributes["id"],
            let target = try part("xl/_rels/workbook.xml.rels")?.children
                .first(where: { $0.attributes["Id"] == relation })?.attributes["Target"]
        else { return usual }
        return target.hasPrefix("/") ? String(target.dropFirst()) : "xl/" + target
    }

    private func part(_ name: String) throws(Trouble) -> XMLElement? {
        switch archive.read(name, limit: Workbook.partLimit) {
        case .missing: return nil
        case .tooLarge: throw .spreadsheetTooLarge(path)
        case .damaged: throw .spreadsheetUnreadable(path)
        case .bytes(let bytes):
            do {
                return try XMLElement(parsing: bytes)
            } catch {
                throw .spreadsheetUnreadable(path)
            }
        }
    }
}
