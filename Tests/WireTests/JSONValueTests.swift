import Foundation
import Testing
import Wire

@Suite("The JSON parser") struct JSONValueTests {
    private func parse(_ text: String) throws(JSONError) -> JSONValue {
        try JSONValue(parsing: Array(text.utf8))
    }

    @Test("reads every kind of value, numbers as they were written")
    func kinds() throws {
        let value = try parse(
            #" { "a" : [ 1 , -0.50e+3 , true , false , null , "x" , { } , [ ] ] , "b" : 12345678901234567890 } "#
        )
        #expect(
            value
                == .object([
                    (
                        name: "a",
                        value: .array([
                            .number("1"), .number("-0.50e+3"), .bool(true), .bool(false), .null,
                            .string("x"), .object([]), .array([]),
                        ])
                    ),
                    (name: "b", value: .number("12345678901234567890")),
                ]))
    }

    @Test("reads every escape")
    func escapes() throws {
        #expect(
            try parse(#""\"\\\/\b\f\n\r\t\u0041\u00e9\u1EC7\uD83D\uDE00\u0000z""#)
                == .string("\"\\/\u{8}\u{C}\n\r\tAéệ😀\u{0}z"))
        #expect(try parse("\"\u{FEFF}\"") == .string("\u{FEFF}"))
        #expect(try JSONValue(parsing: [0xEF, 0xBB, 0xBF] + Array("1".utf8)) == .number("1"))
    }

    @Test("finds its way by names and places")
    func paths() throws {
        let value = try parse(#"{"result":[{"MaHoSo":"H1","n":5,"t":true,"z":null}],"0":"zero"}"#)
        #expect(value.at(["result", "0", "MaHoSo"])?.text == "H1")
        #expect(value.at(["result", "0", "n"])?.text == "5")
        #expect(value.at(["result", "0", "t"])?.text == "true")
        #expect(value.at(["result", "0", "z"]) == .null)
        #expect(value.at(["result", "0", "z"])?.text == nil)
        #expect(value.at(["result", "1"]) == nil)
        #expect(value.at(["result", "-1"]) == nil)
        #expect(value.at(["0"])?.text == "zero")
        #expect(value.at([]) == value)
        #expect(value["result"]?.items?.count == 1)
        #expect(value["nothing"] == nil)
        #expect(value[0] == nil)
        #expect(try parse(#"{"a":1,"a":2}"#)["a"] == .number("1"))
    }

    @Test(
        "refuses what is not JSON",
        arguments: [
            "", " ", "{", "}", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "{\"a\"}",
            "{\"a\":}", "{\"a\":1,}", "{a:1}", "{'a':1}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "{,}",
            "tru", "True", "truex", "nul", "NaN", "Infinity", "-Infinity", "undefined",
            "-", "+1", "01", "-01", "00", "1.", ".5", "-.5", "1e", "1e+", "1E-", "0x10", "1_0",
            "1 2",
            "\"", "\"a", "\"a\\", "\"\\x41\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\u+123\"",
            "\"\\u-123\"", "\"\\u 123\"", "\"a\nb\"", "\"a\u{0}b\"", "\"\\n\u{1}\"", "'a'",
            "\"\\uD800\"", "\"\\uDC00\"", "\"\\uD800\\u0041\"", "\"\\uD800\\uD800\"",
            "\"\\uDE00\\uD83D\"", "\"\\uD800x\"", "\"\\uD800\\n\"",
            "1,", "[]]", "{}{}", "// c\n1", "/* */1", "\u{0}", "1\u{0}", "\u{A0}1", "<html></html>",
        ])
    func malformed(text: String) {
        #expect(throws: JSONError.self) { try parse(text) }
    }

    @Test("agrees with Foundation on what is not JSON after one random cut or change")
    func mutations() throws {
        let sample = Array(
            #"{"error_code":"0","n":-12.5e3,"a":[true,null,"h\u1ED3 \"s\u01A1\" ồ"],"o":{"x":[]}}"#
                .utf8)
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<5000 {
            var bytes = sample
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: bytes.remove(at: place)
            case 1: bytes.removeLast(place)
            default: bytes[place] = UInt8.random(in: 0x20..<0x7F, using: &generator)
            }
            // Broken UTF-8 is repaired here and refused there.
            guard String(validating: bytes, as: UTF8.self) != nil else { continue }
            let own = try? JSONValue(parsing: bytes)
            let foreign = try? JSONSerialization.jsonObject(
                with: Data(bytes), options: [.fragmentsAllowed])
            #expect((own != nil) == (foreign != nil), "\(String(decoding: bytes, as: UTF8.self))")
        }
    }

    @Test("repairs broken UTF-8 instead of losing the whole answer")
    func brokenText() throws {
        #expect(
            try JSONValue(parsing: Array("\"a".utf8) + [0xC3, 0x28] + Array("\"".utf8))
                == .string("a\u{FFFD}("))
    }

    @Test("refuses nesting beyond its limit, without using up the stack")
    func depth() throws {
        func nested(_ count: Int) -> [UInt8] {
            [UInt8](repeating: UInt8(ascii: "["), count: count)
                + [UInt8](repeating: UInt8(ascii: "]"), count: count)
        }
        #expect(throws: Never.self) { try JSONValue(parsing: nested(64)) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: nested(65)) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: nested(4_000_000)) }
        #expect(throws: JSONError.self) {
            try JSONValue(parsing: Array(String(repeating: "{\"a\":", count: 1_000_000).utf8))
        }
        #expect(throws: JSONError.self) { try JSONValue(parsing: nested(3), depthLimit: 2) }
    }

    @Test("says where, and never what")
    func errors() {
        let error = #expect(throws: JSONError.self) { try parse(#"{"secret":"000123" x}"#) }
        #expect(error?.offset == 19)
        #expect(error?.expected.contains("000123") == false)
    }
}
