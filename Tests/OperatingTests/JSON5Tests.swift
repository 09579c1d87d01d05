import Foundation
import Testing

@testable import Operating

@Suite("The JSON5 parser") struct JSON5Tests {
    private func parse(_ text: String) throws(JSON5Error) -> SettingsTree {
        var parser = JSON5Parser(Array(text.utf8))
        return try parser.document()
    }

    @Test(
        "reads what the specification allows",
        arguments: [
            ("null", .null), ("true", .bool(true)), ("false", .bool(false)),
            ("0", .number(0)), ("-0", .number(0)), ("+7", .number(7)), (".5", .number(0.5)),
            ("5.", .number(5)), ("-5.e2", .number(-500)), ("1E+2", .number(100)),
            ("0xdecaf", .number(912_559)), ("-0XF", .number(-15)), ("1e-2", .number(0.01)),
            ("-Infinity", .number(-.infinity)), ("+Infinity", .number(.infinity)),
            ("'it\"s'", .string("it\"s")), ("\"it's\"", .string("it's")),
            ("'\\'\\\"\\\\\\b\\f\\n\\r\\t\\v\\0\\/\\q'", .string("'\"\\\u{8}\u{C}\n\r\t\u{B}\0/q")),
            ("'\\x41\\u1EC7\\uD83D\\uDE00'", .string("Aệ😀")),
            ("'a\\\nb\\\r\nc\\\rd\\\u{2028}e'", .string("abcde")),
            ("'tab\there'", .string("tab\there")), ("'\u{2028}'", .string("\u{2028}")),
            ("[]", .array([])), ("[1,]", .array([.number(1)])),
            ("[1,[2],]", .array([.number(1), .array([.number(2)])])),
            ("{}", .object([:])), ("{a:1,}", .object(["a": .number(1)])),
            (
                "{$_a1:1,'b c':2,\"d\":3,khoá:4}",
                .object([
                    "$_a1": .number(1), "b c": .number(2), "d": .number(3), "khoá": .number(4),
                ])
            ),
            ("\u{FEFF} \u{A0}\t\u{B}\u{C}\r\n\u{2029}1 // end", .number(1)),
            ("/* a\n*b/ **/ 1 /**/", .number(1)), ("// x\r1", .number(1)),
            ("{null:1,true:2}", .object(["null": .number(1), "true": .number(2)])),
        ] as [(String, SettingsTree)])
    func reads(text: String, tree: SettingsTree) throws {
        #expect(try parse(text) == tree)
    }

    @Test("reads NaN")
    func notANumber() throws {
        guard case .number(let value) = try parse("-NaN") else {
            Issue.record("no number")
            return
        }
        #expect(value.isNaN)
    }

    @Test(
        "refuses what it does not",
        arguments: [
            "", " ", "//", "/*", "/* *", "/", "1/", "tru", "truex", "nullx", "undefined", "None",
            "01", "-01", "0x", "0xg", "1x", "12abc", "1e", "1e+", "1.2.3", "--1", "+-1", "+", "-",
            ".",
            ".e1", "1 2", "Infinityx", "1_000", "0b1", "0o7",
            "'", "'a", "'a\"", "'a\nb'", "'a\rb'", "'\\x4'", "'\\xg1'", "'\\u123'", "'\\u+123'",
            "'\\1'", "'\\01'", "'\\uD800'", "'\\uDC00'", "'\\uD800\\u0041'", "'\\",
            "[", "]", "[1", "[1 2]", "[,]", "[1,,2]", "{", "}", "{a}", "{a:}", "{a 1}", "{a:1 b:2}",
            "{,}", "{1:2}", "{1a:2}", "{-a:2}", "{:1}", "{a:1,,}", "{a:1}}", "{}[]", "{a:1;b:2}",
        ])
    func refuses(text: String) {
        #expect(throws: JSON5Error.self) { try parse(text) }
    }

    @Test(
        "names the place and the problem",
        arguments: [
            ("{\n  a: 1,\n  b: 2 c: 3\n}", .expected(.commaOrBrace), 3, 8),
            ("{\n  tên: 'đầu\n}", .unfinishedText, 2, 8),
            ("[1,\r\n 0x]", .number, 2, 2), ("{a: 1,\n /* x\n", .unfinishedComment, 2, 2),
            ("{a: 1,\n b: {a: 1},\n a: 2}", .duplicate("a"), 3, 2),
            ("['ok', 'b\\1']", .escape, 1, 10), ("{'é': ?}", .expected(.value), 1, 7),
            ("{} x", .expected(.end), 1, 4),
        ] as [(String, JSON5Error.Problem, Int, Int)])
    func places(text: String, problem: JSON5Error.Problem, line: Int, column: Int) {
        let error = #expect(throws: JSON5Error.self) { try parse(text) }
        #expect(error == JSON5Error(problem: problem, line: line, column: column))
    }

    @Test("refuses bytes that are no text, and names their line")
    func notText() {
        var parser = JSON5Parser(Array("{\n a: '".utf8) + [0xC3] + Array("'}".utf8))
        let error = #expect(throws: JSON5Error.self) { try parser.document() }
        #expect(error?.problem == .notUTF8)
        #expect(error?.line == 2)
    }

    @Test("refuses nesting beyond its limit")
    func depth() throws {
        func nested(_ count: Int) -> String {
            String(repeating: "[", count: count) + String(repeating: "]", count: count)
        }
        #expect(throws: Never.self) { try parse(nested(64)) }
        let error = #expect(throws: JSON5Error.self) { try parse(nested(100_000)) }
        #expect(error?.problem == .tooDeep)
    }

    @Test("reads whatever Foundation reads as plain JSON, but for a key that stands twice")
    func mutations() throws {
        let sample = Array(#"{"a":[1,-2.5,true,null],"b":{"c":"x\n\u1EC7"}}"#.utf8)
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<5000 {
            var bytes = sample
            bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(
                in: 0x20..<0x7F, using: &generator)
            var parser = JSON5Parser(bytes)
            let own = try? parser.document()
            let foreign = try? JSONSerialization.jsonObject(with: Data(bytes))
            if foreign != nil, own == nil {
                var again = JSON5Parser(bytes)
                let error = #expect(throws: JSON5Error.self) { try again.document() }
                #expect(error?.problem == .duplicate("a") || error?.problem == .duplicate("b"))
            }
        }
    }

    @Test("says every problem in both languages")
    func words() {
        let problems: [JSON5Error.Problem] = [
            .expected(.value), .tooDeep, .notUTF8, .unfinishedComment, .unfinishedText, .escape,
            .number, .duplicate("k"), .notASection,
        ]
        for problem in problems {
            let error = JSON5Error(problem: problem, line: 3, column: 4)
            #expect(error.english.hasPrefix("line 3, column 4: "))
            #expect(error.vietnamese.hasPrefix("dòng 3, cột 4: "))
        }
    }
}
