internal import Operating
internal import Wire

/// One call of a contract, compiled.
struct OperationPlan: Sendable {
    var endpoint: Template
    var headers: [HeaderPlan]
    var envelope: Envelope
    var timeoutMilliseconds: Int64
    /// Of `history`: sending it twice does no harm.
    var isRepeatable = false
    /// nil when a call carries one dossier.
    var batch: BatchBounds?
}

/// A request header; one that is optional is left out when its value is empty.
struct HeaderPlan: Sendable {
    var name: String
    var value: Template
    var isOmittedWhenEmpty: Bool
}

/// How a request's body is wrapped.
enum Envelope: Sendable {
    /// A JSON object with these members in this order.
    case json([JSONMember])
    /// No envelope: the records as a JSON list.
    case bareList
    /// No envelope and no list: the one record itself.
    case bareRecord
    /// A SOAP 1.1 envelope.
    case soap(SOAPEnvelope)

    struct JSONMember: Sendable {
        enum Content: Sendable {
            case text(Template)
            /// The rendered records, as a list.
            case records
        }
        var name: String
        var key: [UInt8]
        var content: Content
    }

    /// - Parameter records: rendered records, one dossier's behind the other's; each is copied once.
    func render(_ records: [[UInt8]], _ filling: Filling) throws(Trouble) -> [UInt8] {
        switch self {
        case .json(let members): return try Envelope.render(members, records, filling)
        case .bareList:
            var json = JSONWriter(reserving: Envelope.length(of: records) + 2)
            json.beginArray()
            for record in records { json.raw(record) }
            json.endArray()
            return json.finish()
        case .bareRecord: return records.first ?? []
        case .soap(let envelope): return try envelope.render(records.first ?? [], filling)
        }
    }

    private static func length(of records: [[UInt8]]) -> Int {
        records.reduce(0) { $0 + $1.count + 1 }
    }

    private static func render(_ members: [JSONMember], _ records: [[UInt8]], _ filling: Filling)
        throws(Trouble) -> [UInt8]
    {
        var json = JSONWriter(reserving: length(of: records) + 256)
        json.beginObject()
        for member in members {
            json.readyKey(member.key)
            switch member.content {
            case .text(let template): json.string(try filling.text(template))
            case .records:
                json.beginArray()
                for record in records { json.raw(record) }
                json.endArray()
            }
        }
        json.endObject()
        return json.finish()
    }
}

/// A SOAP 1.1 request: elements of one namespace in strict order (contracts.md §4.2).
struct SOAPEnvelope: Sendable {
    struct Element: Sendable {
        enum Content: Sendable {
            case text(name: String, Template, isOmittedWhenEmpty: Bool)
            /// The rendered question about a person.
            case person
        }
        var content: Content
    }
    var dialect: SOAPDialect
    /// The operation's element.
    var operation: String
    var elements: [Element]

    func render(_ person: [UInt8], _ filling: Filling) throws(Trouble) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(person.count + 640)
        bytes.append(contentsOf: dialect.opening)
        XMLElements.open(operation, prefix: dialect.prefix, to: &bytes)
        for element in elements {
            switch element.content {
            case .person: bytes.append(contentsOf: person)
            case .text(let name, let template, let isOmittedWhenEmpty):
                let text = try filling.text(template)
                if text.isEmpty, isOmittedWhenEmpty { continue }
                XMLElements.append(name, text, prefix: dialect.prefix, to: &bytes)
            }
        }
        XMLElements.close(operation, prefix: dialect.prefix, to: &bytes)
        bytes.append(contentsOf: SOAPDialect.closing)
        return bytes
    }
}

/// The namespace of a SOAP service and the prefix that stands for it.
struct SOAPDialect: Sendable {
    var namespace: String
    var prefix: String
    /// Everything before the operation's element.
    let opening: [UInt8]
    static let closing = Array("</soapenv:Body></soapenv:Envelope>".utf8)

    init(namespace: String, prefix: String) {
        self.namespace = namespace
        self.prefix = prefix
        var bytes = Array(#"<?xml version="1.0" encoding="UTF-8"?>"#.utf8)
        let soap = #"xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/""#
        bytes.append(contentsOf: "<soapenv:Envelope \(soap) xmlns:\(prefix)=\"".utf8)
        XMLText.append(namespace, to: &bytes)
        bytes.append(contentsOf: "\"><soapenv:Header/><soapenv:Body>".utf8)
        opening = bytes
    }
}
