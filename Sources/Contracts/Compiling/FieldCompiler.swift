internal import Dossiers
internal import Operating
internal import Wire

/// Compiles one member of a record.
///
/// It asks a section only for the keys that make sense for its field, so that strict reading itself
/// refuses a limit on a date or a code table on a name.
final class FieldCompiler {
    private let root: Settings
    /// What the compiled members point into.
    private(set) var texts = RecordTexts()
    private let dates: DateFormat?
    private var tables: [String: [String: String]] = [:]
    private var unusedTables: Set<String> = []

    init(root: Settings) throws(Trouble) {
        self.root = root
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
            let text = try section.string("value")
            content =
                try isBare(section)
                ? .constant(texts.add(try rendered(text, isBare: true, at: section.place)))
                : .constant(constant(text))
        } else {
            let field: Field = try field(section)
            content = .field(field, try rule(section, field.kind))
        }
        return MemberPlan(
            key: key(name), name: self.name(parent.isEmpty ? name : "\(parent).\(name)"),
            content: content)
    }

    func key(_ name: String) -> Piece { texts.add(JSONWriter.render(key: name)) }

    func name(_ place: String) -> Int32 { texts.add(name: place) }

    private func constant(_ text: String) -> Piece {
        var json = JSONWriter(reserving: text.utf8.count + 2)
        json.string(text)
        return texts.add(json.finish())
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

    func field<Field: CanonicalField>(_ section: Settings) throws(Trouble) -> Field {
        let name = try section.string("from")
        guard let field = Field(rawValue: name) else {
            throw .contractUnknownField(
                file: root.file, place: "\(section.place).from", name: name,
                nearest: Nearest.of(name, among: Field.allCases.map(\.rawValue)))
        }
        return field
    }

    /// - Parameter isElement: true for an element of XML, which is left out when it is empty.
    func rule(_ section: Settings, _ kind: FieldKind, isElement: Bool = false) throws(Trouble)
        -> FieldRule
    {
        var rule = FieldRule()
        switch kind {
        case .number: rule.isBareNumber = try isBare(section)
        case .coded(let vocabulary):
            rule.codes = texts.add(
                codes: try table(section, vocabulary, isBare: try isBare(section)))
        case .text:
            rule.mayBeEmpty = try mayBeEmpty(section)
            if !isElement { rule.whenEmpty = try whenEmpty(section) }
            if let limit = try limit(section) {
                rule.limit = Int32(limit.limit)
                rule.limitPlace = texts.add(limit)
            }
        case .time:
            rule.mayBeEmpty = try mayBeEmpty(section)
            if !isElement { rule.whenEmpty = try whenEmpty(section) }
            guard let format = try section.dateFormat("dates") ?? dates else {
                throw section.missing("dates")
            }
            rule.dates = texts.add(format)
        }
        return rule
    }

    /// What is said instead of an empty text; nil when the member is left out.
    private func whenEmpty(_ section: Settings) throws(Trouble) -> Piece? {
        let text = try section.string("whenEmpty", default: "")
        let isOmitted = try section.bool("omitWhenEmpty", default: false)
        return isOmitted ? nil : constant(text)
    }

    private func isBare(_ section: Settings) throws(Trouble) -> Bool {
        try section.choice("as", of: ["text", "number"], default: "text") == "number"
    }

    private func mayBeEmpty(_ section: Settings) throws(Trouble) -> StatusSet {
        var numbers: [Int] = []
        for word in try section.strings("requiredUnless") {
            guard let status = Vocabulary.status.words.first(where: { $0.word == word }) else {
                let known = Vocabulary.status.words.map(\.word)
                throw .contractUnknownName(
                    file: root.file, place: "\(section.place).requiredUnless", name: word,
                    nearest: Nearest.of(word, among: known))
            }
            numbers.append(status.number)
        }
        if !numbers.isEmpty { return StatusSet(numbers: numbers) }
        return try section.bool("required", default: false) ? StatusSet.none : .all
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
        throws(Trouble) -> [[UInt8]]
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
        // A number that no word has stands for nothing and is never asked for.
        var codes = [[UInt8]](
            repeating: [], count: (vocabulary.words.map(\.number).max() ?? 0) + 1)
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
