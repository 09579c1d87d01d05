internal import Operating

/// The province's own procedure codes → national ones (contracts.md §12.3).
package struct ProcedureTable: Sendable {
    /// A national procedure; names that are empty leave the source's own.
    package struct Entry: Hashable, Sendable {
        package var code: String
        package var name: String
        package var fieldCode: String
        package var fieldName: String

        package init(
            code: String, name: String = "", fieldCode: String = "", fieldName: String = ""
        ) {
            self.code = code
            self.name = name
            self.fieldCode = fieldCode
            self.fieldName = fieldName
        }
    }

    /// By the province's own code, exactly as it writes it.
    package var entries: [String: Entry]

    package init(_ entries: [String: Entry] = [:]) { self.entries = entries }

    static func read(_ settings: Settings) throws(Trouble) -> ProcedureTable {
        var table = ProcedureTable()
        for section in try settings.sections("procedures") {
            let local = try section.string("local")
            let code = try section.string("code")
            guard ProcedureCode(code) != nil else {
                throw .codeMalformed(
                    file: settings.file, place: "\(section.place).code",
                    expected: "n.nnnnnn (1.000001)")
            }
            let field = try section.optionalSection("field")
            let entry = Entry(
                code: code, name: TextCleaner.line(try section.string("name", default: "")),
                fieldCode: TextCleaner.line(try field?.string("code") ?? ""),
                fieldName: TextCleaner.line(try field?.string("name") ?? ""))
            guard table.entries.updateValue(entry, forKey: local) == nil else {
                throw .codeGivenTwice(file: settings.file, place: section.place, code: local)
            }
        }
        return table
    }
}

/// A national procedure code, `n.nnnnnn`, or its legacy long form `n.nnnnnn.000.00.00.Hxx`.
struct ProcedureCode {
    var text: String
    var isLong: Bool

    private static let short = CodeShape("#.######")
    private static let long = CodeShape("#.######.###.##.##.@##")

    init?(_ text: String) {
        if ProcedureCode.short.matches(text) {
            isLong = false
        } else if ProcedureCode.long.matches(text) {
            isLong = true
        } else {
            return nil
        }
        self.text = text
    }

    /// The eight characters that both forms share.
    var shortened: String { String(text.prefix(8)) }
}
