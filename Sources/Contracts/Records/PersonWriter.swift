internal import Dossiers
internal import Wire

/// Writes a question about a person as XML elements in the contract's order.
///
/// Empty elements are left out: the schema has a number *or* the other, a year *or* a date
/// (contracts.md §4.2).
struct PersonWriter {
    let prefix: String
    private(set) var bytes: [UInt8] = []
    private(set) var remarks: [Remark] = []

    init(prefix: String) { self.prefix = prefix }

    mutating func elements(_ members: [PersonMember], of person: Person) throws(Hold) {
        for member in members {
            switch member {
            case .scalar(let plan):
                if let text = try text(of: plan, in: person) {
                    XMLElements.append(plan.name, text, prefix: prefix, to: &bytes)
                }
            case .group(let name, let inner):
                var group = PersonWriter(prefix: prefix)
                try group.elements(inner, of: person)
                guard !group.bytes.isEmpty else { continue }
                XMLElements.open(name, prefix: prefix, to: &bytes)
                bytes.append(contentsOf: group.bytes)
                XMLElements.close(name, prefix: prefix, to: &bytes)
                remarks.append(contentsOf: group.remarks)
            }
        }
    }

    private mutating func text(of plan: MemberPlan<PersonField>, in person: Person) throws(Hold)
        -> String?
    {
        guard case .field(let field, let rule) = plan.content else {
            if case .constant(let text) = plan.content { return text }
            return nil
        }
        var text = ""
        switch field.value(of: person) {
        case .text(let value): text = value
        case .civil(let date):
            var digits: [UInt8] = []
            if let date { rule.dates?.append(date, to: &digits) }
            text = String(decoding: digits, as: UTF8.self)
        case .time, .number, .coded: break
        }
        if text.isEmpty {
            if rule.isRequired(in: nil) { throw Hold(.fieldMissing, field: plan.place) }
            return rule.whenEmpty.isEmpty ? nil : rule.whenEmpty
        }
        switch rule.limit?.fit(text) {
        case nil, .fits: return text
        case .cut(let shorter):
            remarks.append(Remark(.truncated, field: plan.place))
            return shorter
        case .tooLong: throw Hold(.fieldTooLong, field: plan.place)
        }
    }
}

/// The few forms of XML that a request is made of.
enum XMLElements {
    static func open(_ name: String, prefix: String, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: "<\(prefix):\(name)>".utf8)
    }

    static func close(_ name: String, prefix: String, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: "</\(prefix):\(name)>".utf8)
    }

    static func append(_ name: String, _ text: String, prefix: String, to bytes: inout [UInt8]) {
        open(name, prefix: prefix, to: &bytes)
        XMLText.append(text, to: &bytes)
        close(name, prefix: prefix, to: &bytes)
    }
}
