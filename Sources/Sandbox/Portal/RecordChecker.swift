/// Checks a record against its schema and packs its values at the same time (``PackedRecord``).
struct RecordChecker {
    let tape: JSONTape
    /// Whether lengths are enforced (switch `limits`).
    let enforcesLimits: Bool
    private(set) var breaches: [Breach] = []

    init(tape: JSONTape, enforcesLimits: Bool) {
        self.tape = tape
        self.enforcesLimits = enforcesLimits
    }

    mutating func report(_ rule: Rule, _ field: String) { breaches.append(Breach(rule, field)) }

    /// The node of each field of the schema, -1 where it is absent; nil when the value is no object.
    mutating func check(
        _ object: Int, _ schema: RecordSchema, path: String, into packed: inout [UInt8]
    ) -> [Int]? {
        guard tape.kind(object) == .object else {
            report(.type, path.isEmpty ? "data" : path)
            return nil
        }
        let nodes = members(object, schema, path: path)
        for (field, node) in zip(schema.fields, nodes) {
            check(field, node, path: path, into: &packed)
        }
        return nodes
    }

    private mutating func members(_ object: Int, _ schema: RecordSchema, path: String) -> [Int] {
        var nodes = [Int](repeating: -1, count: schema.fields.count)
        var found: [Breach] = []
        var last = -1
        tape.members(object) { name, value in
            guard let place = schema.place(of: name, after: last) else {
                // The name of an unknown member is the sender's own, so only its place is told.
                return found.append(Breach(.memberUnknown, path.isEmpty ? "data" : path))
            }
            if nodes[place] >= 0 {
                found.append(Breach(.memberRepeated, join(path, schema.fields[place].name)))
            }
            nodes[place] = value
            last = place
        }
        breaches += found
        return nodes
    }

    private func join(_ path: String, _ name: String) -> String {
        path.isEmpty ? name : "\(path).\(name)"
    }

    private mutating func check(
        _ field: FieldRule, _ node: Int, path: String, into packed: inout [UInt8]
    ) {
        guard node >= 0 else {
            if field.presence != .optional { report(.memberMissing, join(path, field.name)) }
            return PackedRecord.appendAbsent(to: &packed)
        }
        if case .list(let schema) = field.shape {
            return list(field, schema, node, path: join(path, field.name), into: &packed)
        }
        let isWhole = if case .whole = field.shape { true } else { false }
        guard tape.kind(node) == (isWhole ? .number : .string) else {
            report(.type, join(path, field.name))
            return PackedRecord.appendAbsent(to: &packed)
        }
        let content = tape.content(node)
        if let rule = breach(of: content, field) { report(rule, join(path, field.name)) }
        PackedRecord.append(content, to: &packed)
    }

    private mutating func list(
        _ field: FieldRule, _ schema: RecordSchema, _ node: Int, path: String,
        into packed: inout [UInt8]
    ) {
        guard tape.kind(node) == .array else {
            report(.type, path)
            return PackedRecord.appendAbsent(to: &packed)
        }
        let items = tape.items(node)
        PackedRecord.append(count: items.count, to: &packed)
        for item in items where check(item, schema, path: path, into: &packed) == nil {
            for _ in schema.fields { PackedRecord.appendAbsent(to: &packed) }
        }
    }

    private func breach(of content: ArraySlice<UInt8>, _ field: FieldRule) -> Rule? {
        if content.isEmpty { return field.presence == .filled ? .memberEmpty : nil }
        let facts = TextFacts(content)
        let mayHaveLines = if case .lines = field.shape { true } else { false }
        if facts.hasControl || facts.hasLineEnd && !mayHaveLines { return .controlCharacter }
        if !facts.isComposed { return .notComposed }
        if enforcesLimits, facts.length > field.limit { return .tooLong }
        switch field.shape {
        case .text, .lines, .list: return nil
        case .oneOf(let words):
            return words.contains { content.elementsEqual($0.utf8) } ? nil : .codeList
        case .time: return TextShape.isTime(content) ? nil : .date
        case .digits: return TextShape.isDigits(content) ? nil : .shape
        case .whole: return TextShape.isDigits(content) ? nil : .type
        case .url: return TextShape.isURL(content) ? nil : .url
        case .email: return TextShape.isEmail(content) ? nil : .shape
        case .phone: return TextShape.isPhone(content) ? nil : .shape
        case .dossierCode: return TextShape.isDossierCode(content) ? nil : .shape
        case .resultCode: return TextShape.isResultCode(content) ? nil : .shape
        case .identity:
            guard TextShape.isIdentity(content) else { return .identityShape }
            return TextShape.isInvented(content) ? nil : .identityReal
        }
    }
}
