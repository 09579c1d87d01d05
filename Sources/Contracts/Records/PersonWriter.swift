internal import Dossiers
internal import Wire

/// Writes a question about a person as XML elements in the contract's order.
///
/// Empty elements are left out: the schema has a number *or* the other, a year *or* a date
/// (contracts.md §4.2).
struct PersonWriter {
    let texts: RecordTexts
    let prefix: String
    private(set) var bytes: [UInt8] = []
    private(set) var remarks: [Remark] = []

    init(_ texts: RecordTexts, prefix: String) {
        self.texts = texts
        self.prefix = prefix
    }

    mutating func elements(_ members: [PersonMember], of person: Person) throws(Hold) {
        for member in members {
            switch member {
            case .constant(let element, let text):
                XMLElements.append(element, text, prefix: prefix, to: &bytes)
            case .scalar(let element, let field, let rule, let name):
                if let text = try text(of: field, rule, texts.names[Int(name)], in: person) {
                    XMLElements.append(element, text, prefix: prefix, to: &bytes)
                }
            case .group(let element, let inner):
                var group = PersonWriter(texts, prefix: prefix)
                try group.elements(inner, of: person)
                guard !group.bytes.isEmpty else { continue }
                XMLElements.open(element, prefix: prefix, to: &bytes)
                bytes.append(contentsOf: group.bytes)
                XMLElements.close(element, prefix: prefix, to: &bytes)
                remarks.append(contentsOf: group.remarks)
            }
        }
    }

    private mutating func text(
        of field: PersonField, _ rule: FieldRule, _ name: String, in person: Person
    ) throws(Hold) -> String? {
        var text = ""
        switch field.value(of: person) {
        case .text(let value): text = value
        case .civil(let date):
            var digits: [UInt8] = []
            if let date { texts.dates[Int(rule.dates)].append(date, to: &digits) }
            text = String(decoding: digits, as: UTF8.self)
        case .time, .number, .coded: break
        }
        if text.isEmpty {
            if rule.isAlwaysRequired { throw Hold(.fieldMissing, field: name) }
            return nil
        }
        guard text.utf8.count > rule.limit else { return text }
        switch texts.limits[Int(rule.limitPlace)].fit(text) {
        case .fits: return text
        case .cut(let shorter):
            remarks.append(Remark(.truncated, field: name))
            return shorter
        case .tooLong: throw Hold(.fieldTooLong, field: name)
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
