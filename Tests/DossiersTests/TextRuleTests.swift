import Dossiers
import Testing

@Suite("A text") struct TextRuleTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var what: String
        var given: String
        var line: String
        var note: String
        var removes = false
        var composes = false
        var testDescription: String { what }

        init(
            _ what: String, _ given: String, _ line: String, note: String? = nil,
            removes: Bool = false, composes: Bool = false
        ) {
            self.what = what
            self.given = given
            self.line = line
            self.note = note ?? line
            self.removes = removes
            self.composes = composes
        }
    }

    static let cases = [
        Case("ASCII", "Ho so 1", "Ho so 1"),
        Case("empty", "", ""),
        Case("only blanks", " \u{A0}\u{3000}\t\n ", ""),
        Case("composed Vietnamese", "Nguyễn Thị Đào – “thử”…", "Nguyễn Thị Đào – “thử”…"),
        Case(
            "decomposed Vietnamese", "Nguye\u{302}\u{303}n Thi\u{323}",
            "Nguy\u{1EC5}n Th\u{1ECB}", composes: true),
        Case(
            "marks in the other order", "e\u{323}\u{302}", "\u{1EC7}", composes: true),
        Case(
            "half composed", "\u{1EB9}\u{302}", "\u{1EC7}", composes: true),
        Case("a letter of another script", "Êđê ភាសា 漢", "Êđê ភាសា 漢"),
        Case("an emoji with joiners", "a 👩‍👩‍👧 b", "a 👩‍👩‍👧 b"),
        Case("blanks around", "  Thử ", "Thử"),
        Case("no-break blanks around", "\u{A0}Thử\u{202F}", "Thử"),
        Case("zero-width around", "\u{FEFF}\u{200B}Thử\u{200B}\u{200D}", "Thử", removes: true),
        Case("a joiner at the end only", "Thử\u{200D}", "Thử"),
        Case("a no-break blank inside", "Thử\u{A0}nghiệm", "Thử nghiệm"),
        Case("zero-width inside", "Th\u{200B}ử", "Thử", removes: true),
        Case("a soft hyphen", "Th\u{AD}ử", "Thử", removes: true),
        Case("a direction override", "Th\u{202E}ử", "Thử", removes: true),
        Case("a control inside", "Th\u{7}ử\u{7F}\u{9F}", "Thử", removes: true),
        Case("a null", "Thử\u{0}", "Thử", removes: true),
        Case("a tab inside", "Thử\tnghiệm", "Thử nghiệm", removes: true),
        Case("a line end at the end", "Thử\r\n", "Thử"),
        Case(
            "a mark parted from its letter", "e\u{200B}\u{302}", "ê", removes: true, composes: true),
        Case(
            "thirty marks on a letter", "o" + String(repeating: "\u{301}", count: 30) + "k",
            "\u{F3}" + String(repeating: "\u{301}", count: 29) + "k", composes: true),
        Case(
            "more marks than a letter may carry",
            "o" + String(repeating: "\u{315}\u{300}", count: 400) + "k",
            "\u{F2}" + String(repeating: "\u{300}", count: 14)
                + String(repeating: "\u{315}", count: 15) + "k", removes: true, composes: true),
        Case("no character at all", "Th\u{FFFE}ử", "Thử", removes: true),
    ]

    /// Work is counted in time here, because that is what was lost: the square of 64 KiB takes minutes.
    @Test("of nothing but marks takes no more than its length", .timeLimit(.minutes(1)))
    func marks() {
        for run in ["\u{315}\u{300}", "\u{F73}", "\u{344}\u{316}", "\u{F81}\u{300}"] {
            let text = "a" + String(repeating: run, count: 500_000)
            #expect(TextCleaner.clean(text, keepsLines: true).text.unicodeScalars.count <= 70)
        }
    }

    @Test(
        "that is no text holds its dossier, wherever it stands",
        arguments: [
            [0x54, 0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xF4, 0x90, 0x80, 0x80],
        ] as [[UInt8]])
    func noText(_ bytes: [UInt8]) {
        #expect(held(.summary, bytes) == Hold(.unreadable, field: "summary"))
        #expect(held(.code, bytes) == Hold(.unreadable, field: "code"))
        // The replacement character that an office has itself is a character.
        #expect(held(.summary, Array("Giấy t\u{FFFD}".utf8)) == nil)
    }

    /// What becomes of a good dossier with these bytes in a column.
    private func held(_ column: HeaderColumn, _ bytes: [UInt8]) -> Hold? {
        var dossier = Sample.row()
        let texts = HeaderColumn.allCases.map { it in
            it == column ? bytes : dossier.header[it].map { Array($0.utf8) }
        }
        let lent = texts.map { text in
            text.map { text in
                let memory = UnsafeMutableRawBufferPointer.allocate(
                    byteCount: text.count, alignment: 1)
                memory.copyBytes(from: text)
                return memory
            }
        }
        defer { for memory in lent { memory?.deallocate() } }
        dossier.header = SourceRow { place in lent[place].map { UnsafeRawBufferPointer($0) } }
        return Made(dossier).hold
    }

    @Test("becomes one fit line", arguments: cases)
    func line(_ it: Case) {
        let result = TextCleaner.clean(it.given, keepsLines: false)
        #expect(Array(result.text.utf8) == Array(it.line.utf8))
        #expect(result.removedControls == it.removes)
        #expect(result.composed == it.composes)
    }

    @Test("becomes a fit note", arguments: cases)
    func note(_ it: Case) {
        let result = TextCleaner.clean(it.given, keepsLines: true)
        #expect(Array(result.text.utf8) == Array(it.note.utf8))
    }

    @Test("keeps its line ends in a note, one each, and loses them in a line")
    func lineEnds() {
        for end in ["\n", "\r", "\r\n", "\u{85}", "\u{2028}", "\u{2029}", "\u{B}"] {
            let text = "Dòng một\(end)dòng hai"
            let note = TextCleaner.clean(text, keepsLines: true)
            #expect(Array(note.text.utf8) == Array("Dòng một\ndòng hai".utf8))
            #expect(!note.removedControls)
            let line = TextCleaner.clean(text, keepsLines: false)
            #expect(Array(line.text.utf8) == Array("Dòng một dòng hai".utf8))
            #expect(line.removedControls)
        }
    }

    @Test("is fit for every scalar of the scripts that Vietnam writes, alone and among marks")
    func everyScalar() {
        let blocks: [ClosedRange<UInt32>] = [
            0...0x7FF, 0x1780...0x17FF, 0x1E00...0x214F, 0x3000...0x30FF, 0xAA00...0xAADF,
            0xF900...0xFAFF, 0xFE00...0xFFFF,
        ]
        for value in blocks.joined() {
            guard let scalar = Unicode.Scalar(value) else { continue }
            for text in [String(Character(scalar)), "a\u{302}\(scalar)\u{323}b"] {
                let once = TextCleaner.line(text)
                #expect(Fit.isFit(once), "U+\(String(value, radix: 16))")
                #expect(Array(TextCleaner.line(once).utf8) == Array(once.utf8))
            }
        }
    }

    @Test("is told of once per field")
    func remarks() {
        var source = Sample.row([.ownerName: "Nguye\u{302}\u{303}n Thử", .note: "a\u{1}b"])
        var first = Sample.step("1", "2025-08-12 08:00:00")
        first[.content] = "a\u{1}b"
        var second = Sample.step("2", "2025-08-12 09:00:00")
        second[.content] = "c\u{1}d"
        source.steps = [first, second]
        let made = Made(source)
        #expect(
            Set(made.remarks) == [
                Remark(.composed, field: "owner_name"),
                Remark(.controlCharactersRemoved, field: "note"),
                Remark(.controlCharactersRemoved, field: "progress.content"),
            ])
        #expect(made.remarks.count == 3)
        #expect(made.dossier?.steps.map(\.content) == ["ab", "cd"])
    }
}

/// What every text of a dossier must be.
enum Fit {
    /// NFC, no white space or invisible character at its ends, no control characters but `\n`.
    static func isFit(_ text: String) -> Bool {
        var span = text.utf8Span
        guard span.checkForNFC(quickCheck: false) else { return false }
        for scalar in text.unicodeScalars {
            if scalar.properties.generalCategory == .control, scalar != "\n" { return false }
        }
        for end in [text.unicodeScalars.first, text.unicodeScalars.last] {
            guard let end else { continue }
            if end.properties.isWhitespace { return false }
            // Visible format characters of other scripts (Arabic number signs) may stay.
            if end.properties.generalCategory == .format,
                end.properties.isDefaultIgnorableCodePoint
            {
                return false
            }
        }
        return true
    }
}
