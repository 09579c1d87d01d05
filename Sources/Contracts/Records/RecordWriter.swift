internal import Dossiers
internal import Wire

/// Writes one JSON record by its plan, straight into bytes, and stops at the first reason to hold it.
struct RecordWriter: ~Copyable {
    private var json: JSONWriter
    private(set) var remarks: [Remark] = []
    private var scratch: [UInt8] = []
    /// The dossier's status, on which some requirements depend.
    private let status: Status

    init(reserving capacity: Int, status: Status) {
        json = JSONWriter(reserving: capacity)
        scratch.reserveCapacity(32)
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
        json.readyKey(plan.key)
        json.beginArray()
        for item in items {
            if plan.isComplete(item) {
                try record(plan.members, of: item)
            } else {
                remarks.append(Remark(.entryOmitted, field: plan.name))
            }
        }
        json.endArray()
    }

    private mutating func write<Field>(
        _ member: MemberPlan<Field>, of item: borrowing Field.Item
    ) throws(Hold) {
        switch member.content {
        case .constant(let text):
            json.readyKey(member.key)
            json.string(text)
        case .emptyList:
            json.readyKey(member.key)
            json.beginArray()
            json.endArray()
        case .field(let field, let rule):
            switch field.value(of: item) {
            case .text(let text): try write(text, member, rule)
            case .time(let time): try write(time?.vietnam, member, rule)
            case .civil(let time): try write(time, member, rule)
            case .number(let number): write(number, member, rule)
            case .coded(let number): try write(coded: number, member, rule)
            }
        }
    }

    private mutating func write<Field>(
        _ text: String, _ member: MemberPlan<Field>, _ rule: FieldRule
    ) throws(Hold) {
        guard !text.isEmpty else { return try writeEmpty(member, rule) }
        json.readyKey(member.key)
        switch rule.limit?.fit(text) {
        case nil, .fits: json.string(text)
        case .cut(let shorter):
            remarks.append(Remark(.truncated, field: member.place))
            json.string(shorter)
        case .tooLong: throw Hold(.fieldTooLong, field: member.place)
        }
    }

    private mutating func write<Field>(
        _ time: CivilTime?, _ member: MemberPlan<Field>, _ rule: FieldRule
    ) throws(Hold) {
        guard let time else { return try writeEmpty(member, rule) }
        scratch.removeAll(keepingCapacity: true)
        rule.dates?.append(time, to: &scratch)
        json.readyKey(member.key)
        json.asciiString(scratch)
    }

    private mutating func write<Field>(
        _ number: Int64, _ member: MemberPlan<Field>, _ rule: FieldRule
    ) {
        json.readyKey(member.key)
        if rule.isBareNumber { json.number(number) } else { json.string(String(number)) }
    }

    private mutating func write<Field>(
        coded number: Int, _ member: MemberPlan<Field>, _ rule: FieldRule
    ) throws(Hold) {
        // The compiler of contracts proves that a table covers its vocabulary.
        guard rule.codes.indices.contains(number), let code = rule.codes[number] else {
            throw Hold(.fieldMissing, field: member.place)
        }
        json.readyKey(member.key)
        json.raw(code)
    }

    private mutating func writeEmpty<Field>(
        _ member: MemberPlan<Field>, _ rule: FieldRule
    ) throws(Hold) {
        if rule.isRequired(in: status) { throw Hold(.fieldMissing, field: member.place) }
        if rule.isOmittedWhenEmpty { return }
        json.readyKey(member.key)
        json.string(rule.whenEmpty)
    }
}
