import Foundation
import Operating
import Testing

@Suite("Settings") struct SettingsTests {
    private func settings(_ text: String) throws(Trouble) -> Settings {
        try Settings.parse(Array(text.utf8), file: "test.json5")
    }

    /// The trouble that reading these settings in this way gives.
    private func trouble(_ text: String, _ read: (Settings) throws -> Void = { _ in }) -> Trouble? {
        do {
            let settings = try settings(text)
            try read(settings)
            try settings.finish()
            Issue.record("nothing was refused: \(text)")
        } catch let trouble as Trouble {
            return trouble
        } catch {
            Issue.record(error)
        }
        return nil
    }

    @Test("read JSON5: comments, bare keys, single quotes, trailing commas")
    func json5() throws {
        let settings = try settings(
            """
            // a comment
            {
              /* another */ name: 'tỉnh "A"', "port": 8443, hex: 0x1F, plus: +5, half: .5,
              long: 'one \\
            line',
              list: ['a', "b",], on: true, off: false, zero: 0, one: 1, nothing: null,
              'quoted key': "\\u1EC7",
              big: 9007199254740991, minus: -12, exponent: 1e3,
            }
            """)
        #expect(try settings.string("name") == "tỉnh \"A\"")
        #expect(try settings.integer("port", in: 1...65_535) == 8443)
        #expect(try settings.integer("hex", in: 0...100) == 31)
        #expect(try settings.integer("plus", in: 0...100) == 5)
        #expect(try settings.number("half", default: 0, in: 0...1) == 0.5)
        #expect(try settings.string("long") == "one line")
        #expect(try settings.strings("list") == ["a", "b"])
        #expect(try settings.bool("on", default: false))
        #expect(try !settings.bool("off", default: true))
        #expect(try settings.integer("zero", in: 0...1) == 0)
        #expect(try settings.integer("one", in: 0...1) == 1)
        #expect(try settings.optionalString("nothing") == nil)
        #expect(try settings.string("quoted key") == "ệ")
        #expect(try settings.integer("big", in: 0...Int.max) == 9_007_199_254_740_991)
        #expect(try settings.integer("minus", in: -20...0) == -12)
        #expect(try settings.integer("exponent", in: 0...2000) == 1000)
        try settings.finish()
    }

    @Test(
        "never take one kind of value for another",
        arguments: [
            "0", "1", "1.0", "true", "false", "\"1\"", "\"true\"", "null", "[]", "{}", "[1]",
        ])
    func kinds(value: String) throws {
        func accepted(_ read: (Settings) throws -> Void) throws -> Bool {
            do {
                try read(try settings("{k: \(value)}"))
                return true
            } catch let trouble as Trouble {
                #expect(trouble.code == "LT-1005")
                #expect(trouble.english.contains("“k”"))
                return false
            }
        }
        let quoted = value.hasPrefix("\"")
        let number = value.first?.isNumber == true
        #expect(
            try accepted { _ = try $0.bool("k", default: true) }
                == ["true", "false"].contains(value))
        #expect(try accepted { _ = try $0.integer("k", default: 3, in: 0...9) } == number)
        #expect(try accepted { _ = try $0.number("k", default: 3, in: 0...9) } == number)
        #expect(try accepted { _ = try $0.optionalString("k") } == (quoted || value == "null"))
        #expect(try accepted { _ = try $0.strings("k") } == (value == "[]"))
        #expect(try accepted { _ = try $0.texts("k") } == ["[]", "[1]"].contains(value))
        #expect(try accepted { _ = try $0.sections("k") } == (value == "[]"))
        #expect(try accepted { _ = try $0.optionalSection("k") } == ["{}", "null"].contains(value))
        #expect(try accepted { _ = try $0.table("k") } == ["{}", "null"].contains(value))
    }

    @Test("give defaults for what is absent, and ask for what has none")
    func absent() throws {
        let empty = try settings("{}")
        #expect(try empty.string("a", default: "x") == "x")
        #expect(try empty.optionalString("a") == nil)
        #expect(try empty.bool("a", default: true))
        #expect(try empty.integer("a", default: 4, in: 0...9) == 4)
        #expect(try empty.number("a", default: 0.5, in: 0...1) == 0.5)
        #expect(try empty.duration("a", default: "30s", in: 0...60_000) == 30_000)
        #expect(try empty.choice("a", of: ["x", "y"], default: "y") == "y")
        #expect(try empty.strings("a", default: ["z"]) == ["z"])
        #expect(try empty.texts("a") == [])
        #expect(try empty.table("a") == [:])
        #expect(try empty.sections("a").isEmpty)
        #expect(try empty.optionalSection("a") == nil)
        #expect(!empty.has("a"))
        try empty.finish()
        let reads: [(Settings) throws -> Void] = [
            { _ = try $0.string("key") }, { _ = try $0.integer("key", in: 0...1) },
            { _ = try $0.section("key") }, { _ = try $0.choice("key", of: ["a"], default: nil) },
        ]
        for read in reads {
            let found = trouble("{}", read)
            #expect(found?.code == "LT-1004")
            #expect(found?.english.contains("“key”") == true)
        }
    }

    @Test("refuse values out of their range, naming the place and the range")
    func ranges() {
        let reads: [(String, (Settings) throws -> Void)] = [
            ("{k: 10}", { _ = try $0.integer("k", in: 0...9) }),
            ("{k: -1}", { _ = try $0.integer("k", in: 0...9) }),
            ("{k: 1.5}", { _ = try $0.integer("k", in: 0...9) }),
            ("{k: 1e300}", { _ = try $0.integer("k", in: 0...9) }),
            ("{k: Infinity}", { _ = try $0.integer("k", in: 0...9) }),
            ("{k: NaN}", { _ = try $0.number("k", default: 0, in: 0...9) }),
            ("{k: 9.01}", { _ = try $0.number("k", default: 0, in: 0...9) }),
            ("{k: 'z'}", { _ = try $0.choice("k", of: ["x", "y"], default: nil) }),
            ("{k: '2m'}", { _ = try $0.duration("k", default: "1s", in: 0...60_000) }),
            ("{k: '30'}", { _ = try $0.duration("k", default: "1s", in: 0...60_000) }),
        ]
        for (text, read) in reads {
            let found = trouble(text, read)
            #expect(found?.code == "LT-1005", "\(text)")
            #expect(found?.exit == .configuration)
        }
    }

    @Test("read durations")
    func durations() {
        let good: [(String, Int64)] = [
            ("0s", 0), ("250ms", 250), ("30s", 30_000), ("5m", 300_000), ("8h", 28_800_000),
            ("2d", 172_800_000),
        ]
        for (text, milliseconds) in good { #expect(Settings.milliseconds(text) == milliseconds) }
        for text in [
            "", "s", "30", "30 s", "-5s", "1.5s", "5w", "ms", "5M", "99999999999999999999s",
            "9223372036854775807d", "+5s", "5 m",
        ] {
            #expect(Settings.milliseconds(text) == nil, "\(text)")
        }
    }

    @Test("refuse a key that nobody asked for, with the nearest known one")
    func unknownKeys() {
        let top = trouble("{polling: '5s'}") { _ = try $0.optionalString("poling") }
        #expect(top?.code == "LT-1003")
        #expect(top?.english.contains("“polling”") == true)
        #expect(top?.fix.contains("“poling”") == true)
        #expect(top?.fixVietnamese.contains("“poling”") == true)
        let nested = trouble("{a: {b: {colour: 1}}}") { settings in
            let inner = try settings.section("a").section("b")
            _ = try inner.optionalString("color")
        }
        #expect(nested?.english.contains("“a.b.colour”") == true)
        #expect(nested?.fix.contains("“color”") == true)
        let listed = trouble("{a: [{x: 1}, {x: 1, y: 2}]}") { settings in
            for section in try settings.sections("a") { _ = try section.integer("x", in: 0...1) }
        }
        #expect(listed?.english.contains("“a[1].y”") == true)
        let far = trouble("{zzzzzzzz: 1}") { _ = try $0.optionalString("poling") }
        #expect(far?.fix.contains("poling") == false)
    }

    @Test("list their keys and tables")
    func keysAndTables() throws {
        let settings = try settings("{b: 1, a: 2, t: {x: '1', y: '2'}, codes: [0, '1', 2.5, -3]}")
        #expect(settings.keys == ["a", "b", "codes", "t"])
        #expect(settings.has("a"))
        #expect(try settings.table("t") == ["x": "1", "y": "2"])
        #expect(try settings.texts("codes") == ["0", "1", "2.5", "-3"])
        let wrong = trouble("{t: {x: 1}}") { _ = try $0.table("t") }
        #expect(wrong?.english.contains("“t.x”") == true)
    }

    @Test(
        "name the line of a syntax error",
        arguments: [
            ("{\n  a: 1,\n  b: \n}\n", 4), ("{\n  a: 'x\n}", 2), ("{\n\n  a 1\n}", 3),
            ("{\n a: [1, 2\n}\n", 3), ("{\n a: tru\n}\n", 2),
        ])
    func syntax(text: String, line: Int) {
        let found = trouble(text)
        #expect(found?.code == "LT-1002")
        #expect(found?.english.contains("test.json5") == true)
        #expect(found?.english.contains("line \(line)") == true, "\(found?.english ?? "")")
    }

    @Test("must be one section", arguments: ["[]", "1", "'a'", "null", "true"])
    func notASection(text: String) { #expect(trouble(text)?.code == "LT-1002") }

    @Test("refuse an empty file, broken text and more than one document")
    func notADocument() {
        for text in ["", "   ", "// only a comment", "{} {}", "{}}"] {
            #expect(trouble(text)?.code == "LT-1002", "\(text)")
        }
        #expect(throws: Trouble.self) { try Settings.parse([0x7B, 0xFF, 0x7D], file: "x") }
    }

    @Test("refuse a key that stands there twice")
    func twice() {
        let found = trouble("{\n  a: 1,\n  b: {\n    c: 1,\n    \"c\": 2,\n  },\n}") { settings in
            _ = try settings.integer("a", in: 0...9)
            _ = try settings.section("b").integer("c", in: 0...9)
        }
        #expect(found?.english.contains("“c”") == true)
    }

    @Test("from a file that cannot be read name it and why")
    func unreadable() {
        let found = #expect(throws: Trouble.self) {
            try Settings.load(path: "/nonexistent/lienthongd.json5")
        }
        #expect(found?.code == "LT-1001")
        #expect(found?.english.contains("/nonexistent/lienthongd.json5") == true)
        #expect(found?.english.contains("No such file") == true)
        #expect(throws: Trouble.self) { try Settings.load(path: "/tmp") }
    }

    @Test("from a file are those of its text, with or without a byte order mark")
    func loaded() throws {
        let path = NSTemporaryDirectory() + "lienthong-settings-\(UUID().uuidString).json5"
        defer { unlink(path) }
        for mark in [[], [0xEF, 0xBB, 0xBF]] as [[UInt8]] {
            try Data(mark + Array("{a: 'x'}".utf8)).write(to: URL(fileURLWithPath: path))
            #expect(try Settings.load(path: path).string("a") == "x")
        }
        let long = String(repeating: "x", count: 200_000)
        try Data("{a: '\(long)'}".utf8).write(to: URL(fileURLWithPath: path))
        #expect(try Settings.load(path: path).string("a") == long)
    }
}
