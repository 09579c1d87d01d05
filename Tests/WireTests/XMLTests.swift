import Testing
import Wire

@Suite("The XML parser") struct XMLElementTests {
    private func parse(_ text: String) throws(XMLError) -> XMLElement {
        try XMLElement(parsing: Array(text.utf8))
    }

    @Test("reads elements by local name, keeping namespaces apart")
    func namespaces() throws {
        let root = try parse(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">
              <soap:Body><r:Answer xmlns:r="urn:x" xmlns="urn:y"><Code a="1">0&amp;<!-- c -->1</Code></r:Answer></soap:Body>
            </soap:Envelope>
            """)
        #expect(root.name == "Envelope")
        #expect(root.namespace == "http://schemas.xmlsoap.org/soap/envelope/")
        let answer = try #require(root.first(["Body", "Answer"]))
        #expect(answer.namespace == "urn:x")
        let code = try #require(root.first(["*", "*", "Code"]))
        #expect(code.text == "0&1")
        #expect(code.namespace == "urn:y")
        #expect(root.first(["Body", "Nothing"]) == nil)
        #expect(root.first([]) == root)
        #expect(root.child("Body")?.children.count == 1)
    }

    @Test("lets a wildcard try every child")
    func wildcard() throws {
        let root = try parse("<a><b/><c><d>1</d></c><e><d>2</d></e></a>")
        #expect(root.first(["*", "d"])?.text == "1")
        #expect(root.first(["e", "*"])?.text == "2")
    }

    @Test("joins text around children and reads CDATA and characters by number")
    func text() throws {
        let root = try parse("<a>x<b>y</b>z<![CDATA[<&]]>&#x1EC7;&#10;</a>")
        #expect(root.text == "xz<&ệ\n")
        #expect(try parse("<a/>") == XMLElement(name: "a"))
    }

    @Test(
        "refuses what is no document, and every document type declaration",
        arguments: [
            "", " ", "text", "<a>", "<a></b>", "<a/><b/>", "<a", "<a b=1/>", "<a b='1' b='2'/>",
            "<p:a/>", "<a>&nbsp;</a>", "<a>&#0;</a>", "<a>\u{1}</a>", "<!DOCTYPE a><a/>",
            "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
            "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
            "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
        ])
    func refused(text: String) {
        #expect(throws: XMLError.self) { try parse(text) }
    }

    @Test("names the declaration as the reason")
    func reason() {
        let error = #expect(throws: XMLError.self) { try parse("\n<!DOCTYPE a><a/>") }
        #expect(error?.reason == "a document type declaration")
        #expect(error?.line == 2)
    }

    @Test("refuses nesting beyond its limit")
    func depth() throws {
        func nested(_ count: Int) -> String {
            String(repeating: "<a>", count: count) + String(repeating: "</a>", count: count)
        }
        #expect(throws: Never.self) { try parse(nested(64)) }
        let error = #expect(throws: XMLError.self) { try parse(nested(65)) }
        #expect(error?.reason == "nested too deep")
        #expect(throws: XMLError.self) { try parse(nested(200_000)) }
    }
}

@Suite("XML text") struct XMLTextTests {
    private func escaped(_ text: String) -> String {
        var bytes: [UInt8] = []
        XMLText.append(text, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("escapes what would be markup, in text and in attributes")
    func markup() {
        #expect(escaped("a<b>&\"c'") == "a&lt;b&gt;&amp;&quot;c&apos;")
        #expect(escaped("Nguyễn Văn A 😀") == "Nguyễn Văn A 😀")
        #expect(escaped("]]>") == "]]&gt;")
    }

    @Test("brings every character that XML can carry through a parser, and leaves the others out")
    func everyScalar() throws {
        for row in 0..<(0x110000 / 4096) {
            var text = ""
            var expected = ""
            for value in UInt32(row * 4096)..<UInt32((row + 1) * 4096) {
                guard let scalar = Unicode.Scalar(value) else { continue }
                text.unicodeScalars.append(contentsOf: [scalar, "a"])
                let carried =
                    value >= 0x20 && value != 0xFFFE && value != 0xFFFF
                    || [0x9, 0xA, 0xD].contains(value)
                if carried { expected.unicodeScalars.append(scalar) }
                expected.unicodeScalars.append("a")
            }
            var bytes = Array("<t>".utf8)
            XMLText.append(text, to: &bytes)
            bytes.append(contentsOf: "</t>".utf8)
            let parsed = try XMLElement(parsing: bytes).text
            #expect(Array(parsed.utf8) == Array(expected.utf8), "row \(row)")
        }
    }
}
