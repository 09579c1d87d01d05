internal import Dossiers
internal import Wire

/// Writes one JSON record by its plan, straight into bytes, and stops at the first reason to hold it.
struct RecordWriter: ~Copyable {
    private var json: JSONWriter
    private(set) var remarks: [Remark] = []
    private var scratch: [UInt8] = []
    private let texts: RecordTexts
    /// The dossier's status, on which some requirements depend.
    private let status: Status

    init(_ texts: RecordTexts, reserving capacity: Int, status: Status) {
        json = JSONWriter(reserving: capacity)
        scratch.reserveCapacity(32)
        self.texts = texts
        self.status = status
    }

    consuming func finish() -> [UInt8] { json.finish() }

    mutating func record<Field>(_ members: [MemberPlan<Field>], of item: borrowing Field.Item)
        throws(Hold)
    {
        json.beginObject()
        for member in members { try write(member, of: item) }
        json.endObject()
    }

    mutating func state(_ members: [StateMember], of dossier: borrowing Dossier) throws(Hold) {
        json.beginObject()
        for member in members {
            switch member {
            case .scalar(let plan): try write(plan, of: dossier)
            case .identities(let plan): try list(plan, of: dossier.identities)
            case .databases(let plan): try list(plan, of: dossier.databases)
            case .documents(let plan): try list(plan, of: dossier.documents)
            case .fees(let plan): try list(plan, of: dossier.fees)
            case .papers(let plan): try list(plan, of: dossier.papers)
            case .supplements(let plan): try list(plan, of: dossier.supplements)
            case .results(let plan): try list(plan, of: dossier.results)
            }
        }
        json.endObject()
    }

    private mutating func list<Field>(_ plan: ListPlan<Field>, of items: [Field.Item])
        throws(Hold)
    {
        key(plan.key)
        json.beginArray()
        for item in items {
            if plan.isComplete(item) {
                try record(plan.members, of: item)
            } else {
                remark(.entryOmitted, plan.name)
            }
        }
        json.endArray()
    }

    private mutating func write<Field>(
        _ member: MemberPlan<Field>, of item: borrowing Field.Item
    ) throws(Hold) {
        switch member.content {
        case .constant(let text):
            key(member.key)
            json.raw(texts.bytes, text.range)
        case .emptyList:
            key(member.key)
            json.beginArray()
            json.endArray()
        case .field(let field, let rule):
            switch field.value(of: item) {
            case .text(let text): try write(text, member.key, rule, member.name)
            case .time(let time): try write(time?.vietnam, member.key, rule, member.name)
            case .civil(let time): try write(time, member.key, rule, member.name)
            case .number(let number):
                key(member.key)
                if rule.isBareNumber { json.number(number) } else { json.string(String(number)) }
            case .coded(let number):
                key(member.key)
                let code = texts.codes[Int(rule.codes) + number]
                json.raw(texts.bytes, code.range)
            }
        }
    }

    private mutating func write(
        _ text: String, _ key: Piece, _ rule: FieldRule, _ name: Int32
    ) throws(Hold) {
        let length = text.utf8.count
        if length == 0 { return try writeEmpty(key, rule, name) }
        self.key(key)
        // A unit takes at least one byte: nearly every text is done here, uncounted and uncopied.
        if length <= rule.limit { return json.string(text) }
        switch texts.limits[Int(rule.limitPlace)].fit(text) {
        case .fits: json.string(text)
        case .cut(let shorter):
            remark(.truncated, name)
            json.string(shorter)
        case .tooLong: throw Hold(.fieldTooLong, field: texts.names[Int(name)])
        }
    }

    private mutating func write(
        _ time: CivilTime?, _ key: Piece, _ rule: FieldRule, _ name: Int32
    ) throws(Hold) {
        guard let time else { return try writeEmpty(key, rule, name) }
        scratch.removeAll(keepingCapacity: true)
        texts.dates[Int(rule.dates)].append(time, to: &scratch)
        self.key(key)
        json.asciiString(scratch)
    }

    private mutating func writeEmpty(_ key: Piece, _ rule: FieldRule, _ name: Int32) throws(Hold) {
        guard rule.mayBeEmpty.contains(status) else {
            throw Hold(.fieldMissing, field: texts.names[Int(name)])
        }
        guard let text = rule.whenEmpty else { return }
        self.key(key)
        json.raw(texts.bytes, text.range)
    }

    private mutating func key(_ key: Piece) {
        json.readyKey(texts.bytes, key.range)
    }

    private mutating func remark(_ kind: Remark.Kind, _ name: Int32) {
        remarks.append(Remark(kind, field: texts.names[Int(name)]))
    }
}
