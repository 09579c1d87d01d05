import Foundation
import Testing
import Wire

@Suite("The JSON writer") struct JSONWriterTests {
    private func written(_ text: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.string(text)
        return writer.finish()
    }

    @Test("writes every Unicode scalar so that both parsers read it back")
    func everyScalar() throws {
        // One long text for each plane's row of 4096, so that a failure names its row.
        for row in 0..<(0x110000 / 4096) {
            var text = ""
            for value in UInt32(row * 4096)..<UInt32((row + 1) * 4096) {
                // A letter between, so that no two of them combine into one.
                if let scalar = Unicode.Scalar(value) {
                    text.unicodeScalars.append(contentsOf: [scalar, "a"])
                }
            }
            let bytes = written(text)
            guard case .string(let own) = try JSONValue(parsing: bytes) else {
                Issue.record("row \(row) is no string")
                continue
            }
            #expect(Array(own.utf8) == Array(text.utf8), "row \(row)")
            let foreign = try JSONSerialization.jsonObject(
                with: Data(bytes), options: [.fragmentsAllowed])
            #expect((foreign as? String).map { Array($0.utf8) } == Array(text.utf8), "row \(row)")
        }
    }

    @Test("escapes what RFC 8259 asks for and nothing else")
    func escapes() {
        #expect(
            written("a\"\\\u{8}\u{9}\u{A}\u{C}\u{D}\u{0}\u{1F}\u{7F}/é")
                == Array("\"a\\\"\\\\\\b\\t\\n\\f\\r\\u0000\\u001f\u{7F}/é\"".utf8))
    }

    @Test("places commas")
    func structure() {
        var writer = JSONWriter(reserving: 0)
        writer.beginObject()
        writer.member("a", "x")
        writer.key("b")
        writer.beginArray()
        writer.number(Int64.min)
        writer.number(0.5)
        writer.bool(true)
        writer.null()
        writer.beginObject()
        writer.endObject()
        writer.beginArray()
        writer.endArray()
        writer.raw(Array("[1]".utf8))
        writer.endArray()
        writer.member("c", Int64(7))
        writer.member("d", false)
        writer.readyKey(JSONWriter.render(key: "é\"k"))
        writer.asciiString(Array("20260105".utf8))
        writer.endObject()
        #expect(
            String(decoding: writer.finish(), as: UTF8.self)
                == #"{"a":"x","b":[-9223372036854775808,0.5,true,null,{},[],[1]],"c":7,"d":false,"é\"k":"20260105"}"#
        )
    }

    @Test(
        "writes numbers that parse back to themselves",
        arguments: [
            0, -0.0, 1, -1.5, 0.1, 1e21, 1e-7, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
            .pi,
            123_456_789.123_456_79,
        ])
    func doubles(value: Double) throws {
        var writer = JSONWriter()
        writer.number(value)
        let bytes = writer.finish()
        guard case .number(let text) = try JSONValue(parsing: bytes) else {
            Issue.record("not a number")
            return
        }
        #expect(Double(text) == value)
        let foreign = try JSONSerialization.jsonObject(
            with: Data(bytes), options: [.fragmentsAllowed])
        #expect((foreign as? NSNumber)?.doubleValue == value)
    }

    @Test(
        "writes null for what JSON has no number for",
        arguments: [Double.nan, .infinity, -.infinity])
    func noNumber(value: Double) {
        var writer = JSONWriter()
        writer.number(value)
        #expect(writer.finish() == Array("null".utf8))
    }
}
