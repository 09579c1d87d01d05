internal import Dossiers
internal import Operating
internal import Wire

/// Compiles one member of a record.
///
/// It asks a section only for the keys that make sense for its field, so that strict reading itself
/// refuses a limit on a date or a code table on a name.
final class FieldCompiler {
    private let root: Settings
    private let isSOAP: Bool
    private let dates: DateFormat?
    private var tables: [String: [String: String]] = [:]
    private var unusedTables: Set<String> = []

    init(root: Settings, isSOAP: Bool) throws(Trouble) {
        self.root = root
        self.isSOAP = isSOAP
        dates = try root.dateFormat("dates")
        if let section = try root.optionalSection("codes") {
            for name in section.keys { tables[name] = try section.table(name) }
        }
        unusedTables = Set(tables.keys)
    }

    func members<Field: CanonicalField>(_ sections: [Settings], parent: String) throws(Trouble)
        -> [MemberPlan<Field>]
    {
        try checkNames(sections)
        var members: [MemberPlan<Field>] = []
        for section in sections { members.append(try member(section, parent: parent)) }
        return members
    }

    func member<Field: CanonicalField>(_ section: Settings, parent: String) throws(Trouble)
        -> MemberPlan<Field>
    {
        let name = try section.string("name")
        let content: MemberPlan<Field>.Content
        if section.has("list") {
            _ = try section.choice("list", of: ["nothing"], default: nil)
            content = .emptyList
        } else if section.has("value") {
            content = .constant(try section.string("value"))
        } else {
            let field: Field = try field(section)
            content = .field(field, try rule(section, field.kind))
        }
        return MemberPlan(name: name, within: parent, content: content)
    }

    func checkNames(_ sections: [Settings]) throws(Trouble) {
        var names: Set<String> = []
        for section in sections where !names.insert(try section.string("name")).inserted {
            throw .contractNameTwice(file: root.file, place: "\(section.place).name")
        }
    }

    func checkAllTablesUsed() throws(Trouble) {
        if let name = unusedTables.min() {
            throw .contractTableUnused(file: root.file, place: "codes.\(name)")
        }
    }

    private func field<Field: CanonicalField>(_ section: Settings) throws(Trouble) -> Field {
        let name = try section.string("from")
        guard let field = Field(rawValue: name) else {
            throw .contractUnknownField(
                file: root.file, place: "\(section.place).from", name: name,
                nearest: Nearest.of(name, among: Field.allCases.map(\.rawValue)))
        }
        return field
    }

    private func rule(_ section: Settings, _ kind: FieldKind) throws(Trouble) -> FieldRule {
        var limit: TextLimit?
        var codes: [[UInt8]?] = []
        var dates: DateFormat?
        var isBareNumber = false
        var whenEmpty = ""
        var requirement = FieldRule.Requirement.never
        var isOmitted = false
        switch kind {
        case .number: isBareNumber = try isBare(section)
        case .coded(let vocabulary):
            codes = try table(section, vocabulary, isBare: try isBare(section))
        case .text, .time:
            requirement = try self.requirement(section)
            whenEmpty = try section.string("whenEmpty", default: "")
            isOmitted = try section.bool("omitWhenEmpty", default: false)
            if case .text = kind {
                limit = try self.limit(section)
            } else {
                dates = try section.dateFormat("dates") ?? self.dates
                guard dates != nil else { throw section.missing("dates") }
            }
        }
        return FieldRule(
            requirement: requirement, whenEmpty: whenEmpty, isOmittedWhenEmpty: isOmitted,
            limit: limit, codes: codes, dates: dates, isBareNumber: isBareNumber)
    }

    private func isBare(_ section: Settings) throws(Trouble) -> Bool {
        try section.choice("as", of: ["text", "number"], default: "text") == "number"
    }

    private func requirement(_ section: Settings) throws(Trouble) -> FieldRule.Requirement {
        var numbers: Set<Int> = []
        for word in try section.strings("requiredUnless") {
            guard let status = Vocabulary.status.words.first(where: { $0.word == word }) else {
                let known = Vocabulary.status.words.map(\.word)
                throw .contractUnknownName(
                    file: root.file, place: "\(section.place).requiredUnless", name: word,
                    nearest: Nearest.of(word, among: known))
            }
            numbers.insert(status.number)
        }
        if !numbers.isEmpty { return .unlessStatus(numbers) }
        return try section.bool("required", default: false) ? .always : .never
    }

    private func limit(_ section: Settings) throws(Trouble) -> TextLimit? {
        guard section.has("limit") else { return nil }
        let limit = try section.integer("limit", in: 1...1_000_000)
        guard try section.choice("over", of: ["hold", "truncate"], default: "hold") == "truncate"
        else { return TextLimit(limit: limit, excess: .hold) }
        let suffix = try section.string("suffix", default: "")
        let room = limit - suffix.utf16.count
        guard room > 0 else {
            throw section.wrong("suffix", "shorter than the limit", "\"\(suffix)\"")
        }
        let keep = try section.integer("keep", default: room, in: 1...room)
        return TextLimit(limit: limit, excess: .truncate(keep: keep, suffix: suffix))
    }

    private func table(_ section: Settings, _ vocabulary: Vocabulary, isBare: Bool)
        throws(Trouble) -> [[UInt8]?]
    {
        let name = try section.string("codes")
        guard let table = tables[name] else {
            throw .contractUnknownName(
                file: root.file, place: "\(section.place).codes", name: name,
                nearest: Nearest.of(name, among: Array(tables.keys)))
        }
        unusedTables.remove(name)
        let known = vocabulary.words.map(\.word)
        if let stranger = table.keys.sorted().first(where: { !known.contains($0) }) {
            throw .contractUnknownName(
                file: root.file, place: "codes.\(name).\(stranger)", name: stranger,
                nearest: Nearest.of(stranger, among: known))
        }
        var codes = [[UInt8]?](
            repeating: nil, count: (vocabulary.words.map(\.number).max() ?? 0) + 1)
        for (word, number) in vocabulary.words {
            guard let code = table[word] else {
                throw .contractCodeMissing(
                    file: root.file, place: "codes.\(name)", word: word, field: section.place)
            }
            codes[number] = try rendered(code, isBare: isBare, at: "codes.\(name).\(word)")
        }
        return codes
    }

    private func rendered(_ code: String, isBare: Bool, at place: String) throws(Trouble) -> [UInt8]
    {
        var json = JSONWriter(reserving: 16)
        if isBare {
            guard let number = Int64(code) else {
                throw .contractNotANumber(file: root.file, place: place)
            }
            json.number(number)
        } else {
            json.string(code)
        }
        return json.finish()
    }
}

extension Settings {
    /// A date pattern at a key of this section; nil when the key is not there.
    func dateFormat(_ key: String) throws(Trouble) -> DateFormat? {
        guard let pattern = try optionalString(key) else { return nil }
        guard let format = DateFormat(pattern) else {
            throw wrong(key, "a date pattern such as \"yyyyMMddHHmmss\"", "\"\(pattern)\"")
        }
        return format
    }
}
