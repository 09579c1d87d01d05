import Glibc
import Testing
import Wire

/// A run of combining marks in falling order, which is sorted by whoever composes or compares it.
private func marks(_ pairs: Int) -> String {
    var text = String.UnicodeScalarView()
    text.append("a")
    for _ in 0..<pairs {
        text.append("\u{315}")
        text.append("\u{300}")
    }
    return String(text)
}

/// Four times the length takes four times the work, where the square would be sixteen times: the processor time of
/// this thread, so that a busy machine changes little.
private func expectLinear(_ short: String, _ long: String, _ work: (String) throws -> Void) throws {
    func cost(_ text: String) throws -> Double {
        func now() -> Double {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        }
        let start = now()
        try work(text)
        return now() - start
    }
    _ = try cost(short)
    let costs = try (short: cost(short), long: cost(long))
    #expect(costs.long < costs.short * 10 + 0.02, "\(costs)")
}

@Suite("Text of others") struct ForeignTextTests {
    @Test("is cut in bytes, between two scalars")
    func prefix() {
        #expect(ForeignText.prefix("abc", bytes: 3) == "abc")
        #expect(ForeignText.prefix("abc", bytes: 2) == "ab")
        #expect(ForeignText.prefix("aệ", bytes: 3) == "a")
        #expect(ForeignText.prefix("aệ", bytes: 4) == "aệ")
        // One character, whatever its length; no limit in characters bounds it.
        let one = marks(2000)
        #expect(one.count == 1)
        #expect(ForeignText.prefix(one, bytes: 32).utf8.count <= 32)
    }

    @Test("loses what exceeds thirty marks in a row, and nothing else")
    func streamSafe() {
        let vietnamese = "Nguyễn Thị Thử".decomposedForTest
        #expect(ForeignText.streamSafe(vietnamese).utf8.elementsEqual(vietnamese.utf8))
        #expect(ForeignText.streamSafe(marks(5000) + "b").unicodeScalars.count == 32)
    }

    @Test("takes time that grows with its length")
    func linear() throws {
        try expectLinear(marks(4_000), marks(16_000)) { run in
            let text = "{\"\(run)\":1,\"\(run)b\":2,\"code\":\"\(run)\"}"
            let json = try JSONValue(parsing: Array(text.utf8))
            #expect(json["code"]?.text?.utf8.count == run.utf8.count)
            #expect(json["ä"] == nil)
            #expect(json == json)
            #expect(ForeignText.streamSafe(run).unicodeScalars.count == 31)
        }
    }

    @Test("in XML has names and namespaces of a bounded length")
    func xml() throws {
        let long = String(repeating: "n", count: 300)
        let far = "urn:" + String(repeating: "x", count: 6_000)
        for text in [
            "<\(long)/>", "<a \(long)='1'/>", "<r xmlns='\(far)'><a/></r>",
            "<r xmlns:p='\(far)'><a/></r>",
        ] {
            #expect(throws: XMLError.self) { try XMLElement(parsing: Array(text.utf8)) }
        }
        let near = "urn:" + String(repeating: "x", count: 1000)
        let many = String(repeating: "<a/>", count: 1_000)
        let root = try XMLElement(parsing: Array("<r xmlns='\(near)'>\(many)</r>".utf8))
        #expect(root.children.count == 1_000)
        #expect(root.children.allSatisfy { $0.namespace == near && $0.name == "a" })
    }

    @Test("in XML is read in the encoding that it names, unless it is UTF-8")
    func encodings() throws {
        let declared = "<?xml version='1.0' encoding='utf-16'?><a>ệ</a>"
        #expect(try XMLElement(parsing: Array(declared.utf8)).text == "ệ")
        let latin =
            Array("<?xml version='1.0' encoding='iso-8859-1'?><a>".utf8) + [0xE9]
            + Array("</a>".utf8)
        #expect(try XMLElement(parsing: latin).text == "é")
        var wide: [UInt8] = [0xFF, 0xFE]
        for unit in "<?xml version='1.0'?><a>ệ</a>".utf16 {
            wide += [UInt8(unit & 0xFF), UInt8(unit >> 8)]
        }
        #expect(try XMLElement(parsing: wide).text == "ệ")
    }
}

extension String {
    /// Vietnamese letters as a letter and its marks.
    fileprivate var decomposedForTest: String {
        var text = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar {
            case "ễ":
                text.append("e")
                text.append("\u{302}")
                text.append("\u{303}")
            case "ị":
                text.append("i")
                text.append("\u{323}")
            default: text.append(scalar)
            }
        }
        return String(text)
    }
}

@Suite("A destination's words") struct WordsTests {
    @Test("are bounded in bytes and empty when nothing is said")
    func bounds() throws {
        #expect(Words("") == nil)
        #expect(Words(" \n\t") == nil)
        #expect(Words(String(repeating: "ệ", count: 1000))?.bytes.count == 498)
        #expect(Words(marks(100_000))?.bytes.count ?? 0 <= Words.longest)
        #expect(Words("  có lỗi")?.shown == "có lỗi")
    }

    @Test("do nothing to a terminal")
    func harmless() throws {
        let words = try #require(
            Words("\u{1B}[2J\u{1B}]0;x\u{07}Thiếu\r\n\u{202E}tên\u{2066}\u{200D}\u{E0041}\u{9B}31m")
        )
        #expect(
            words.shown.unicodeScalars.allSatisfy {
                $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value)
                    && !(0x200B...0x200F).contains($0.value)
                    && !(0x202A...0x202E).contains($0.value)
                    && !(0x2060...0x206F).contains($0.value) && $0.value < 0xE0000
            })
        #expect(words.shown.contains("Thiếu"))
        #expect(!words.shown.contains("\n"))
        // As they were said, for whoever reads them by machine after that.
        #expect(Words(bytes: words.bytes) == words)
    }

    @Test("are printed by nothing else")
    func silent() throws {
        let words = try #require(Words("Nguyễn Thị Thử 000000000001"))
        var dumped = ""
        dump(words, to: &dumped)
        for text in ["\(words)", String(reflecting: words), String(describing: [words]), dumped] {
            #expect(!text.contains("000000000001") && !text.contains("Thử"))
        }
    }
}

@Suite("An answer in parts") struct MultipartRelatedTests {
    private func body(_ parts: [(String, String)], boundary: String = "b-1") -> [UInt8] {
        var text = "preamble\r\n"
        for (head, content) in parts { text += "--\(boundary)\r\n\(head)\r\n\r\n\(content)\r\n" }
        return Array((text + "--\(boundary)--\r\n").utf8)
    }

    private static let type = #"Multipart/Related; type="application/xop+xml"; boundary="b-1""#

    @Test("gives its first part, or the one that it names")
    func root() {
        let parts = [
            ("Content-Type: text/xml\r\nContent-ID: <a>", "<a/>"),
            ("Content-ID: <root>\r\nContent-Transfer-Encoding: 8bit", "<Envelope>\r\nệ</Envelope>"),
        ]
        let type = MultipartRelatedTests.type
        #expect(MultipartRelated.root(of: body(parts), contentType: type) == Array("<a/>".utf8))
        #expect(
            MultipartRelated.root(of: body(parts), contentType: type + "; start=\"<root>\"")
                == Array("<Envelope>\r\nệ</Envelope>".utf8))
        #expect(
            MultipartRelated.root(of: body(parts), contentType: type + "; start=\"<none>\"") == nil)
    }

    @Test("gives nothing when it is cut off, encoded, or something else")
    func none() {
        let whole = body([("Content-ID: <a>", "<a/>")])
        let type = MultipartRelatedTests.type
        #expect(
            MultipartRelated.root(of: Array(whole.dropLast(10)), contentType: type) == nil)
        #expect(MultipartRelated.root(of: whole, contentType: "text/xml") == nil)
        #expect(MultipartRelated.root(of: whole, contentType: nil) == nil)
        #expect(MultipartRelated.root(of: whole, contentType: "multipart/related") == nil)
        #expect(
            MultipartRelated.root(of: [], contentType: type) == nil)
        let encoded = body([("Content-Transfer-Encoding: base64", "PGEvPg==")])
        #expect(MultipartRelated.root(of: encoded, contentType: type) == nil)
    }
}
