internal import Operating
internal import Wire

/// One call of a contract, compiled.
struct OperationPlan: Sendable {
    var endpoint: Template
    var headers: [HeaderPlan]
    var envelope: Envelope
    var timeoutMilliseconds: Int64
    /// Of `history`: sending it twice does no harm.
    var repeatedStep = RepeatedStep.unknown
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
