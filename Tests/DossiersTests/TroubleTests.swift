import Dossiers
import Operating
import Testing

@Suite("A hold in words") struct TroubleTests {
    @Test("has a code of its own, both languages and a fix", arguments: Hold.Rule.allCases)
    func complete(rule: Hold.Rule) {
        let trouble = Trouble.held(
            Hold(rule, field: "some_column", unmapped: "TT-99"), dossier: DossierCode("H21-1"),
            codes: "/srv/our/codes")
        #expect(trouble.code == rule.code)
        #expect(trouble.code.count == 7)
        // What normalization finds is 20xx, what keeps a row from being read at all 301x.
        #expect(trouble.code.hasPrefix("LT-20") || trouble.code.hasPrefix("LT-301"))
        #expect(trouble.exit == .findings)
        for text in [trouble.vietnamese, trouble.english] {
            #expect(
                text.contains("H21-1") && text.contains("some_column") && text.contains("TT-99"))
        }
        #expect(!trouble.fix.isEmpty && !trouble.fixVietnamese.isEmpty)
        // A file of the code tables is named where it is, not where it lay in the release.
        if trouble.fix.contains(".json5") { #expect(trouble.fix.contains("/srv/our/codes/")) }
        #expect(Hold.Rule.allCases.filter { $0.code == rule.code } == [rule])
    }

    @Test("can be told of a row that has no code")
    func codeless() {
        let trouble = Trouble.held(
            Hold(.codeMissing, field: "code"), dossier: nil, codes: "/etc/lienthongd/codes")
        #expect(trouble.english == "Dossier is held: it has no code (code).")
    }

    @Test("never repeats what a column of a person's holds")
    func quiet() {
        var rules = NormalizationRules(tables: Sample.tables)
        rules.strictIdentity = true
        let secret = "00009SECRET"
        for column in HeaderColumn.allCases {
            let made = Made(Sample.row([column: secret]), rules)
            let isWord = [
                HeaderColumn.procedureCode, .status, .localStatus, .localSubstatus, .unitCode,
            ].contains(column)
            guard let hold = made.hold, !isWord else { continue }
            let text = Trouble.held(hold, dossier: nil, codes: "/etc/lienthongd/codes").description
            #expect(!text.contains("SECRET"), "\(column)")
        }
    }

    @Test("has words for every remark", arguments: Remark.Kind.allCases)
    func remarks(kind: Remark.Kind) {
        let remark = Remark(kind, field: "some_column")
        #expect(remark.english.hasPrefix("some_column: "))
        #expect(remark.vietnamese.hasPrefix("some_column: "))
    }
}
