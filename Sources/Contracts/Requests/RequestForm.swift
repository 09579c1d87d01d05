internal import Operating
package import Wire

/// A request of one kind for one account and session, with everything said but what it carries and its key.
///
/// The address, the headers and the envelope around the records are the same for one dossier and the next, as
/// long as nothing of the moment is in them (``isLasting``): they are put together once, and then a request
/// costs one copy of its records. Has a session in it and is never printed.
package struct RequestForm: Sendable, CustomStringConvertible, CustomReflectable {
    let url: String
    let headers: [HTTPHeader]
    /// The header of the idempotency key; nil when the call has none.
    let keyHeader: String?
    let envelope: Envelope.Cover
    let timeoutMilliseconds: Int64
    /// Whether any number of requests may be made of it: neither time nor chance nor a dossier's code is in it.
    package let isLasting: Bool

    /// - Parameter records: rendered records, one dossier's behind the other's; each is copied once.
    package func request(_ records: [[UInt8]], key: Digest?) -> HTTPRequest {
        var headers = headers
        if let key, let keyHeader {
            headers.append(HTTPHeader(keyHeader, key.quotedHex))
        }
        return HTTPRequest(
            url: url, headers: headers, body: envelope.around(records),
            timeoutMilliseconds: timeoutMilliseconds)
    }

    package var description: String { "form of a request" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension Envelope {
    /// What stands before and behind the records.
    struct Cover: Sendable {
        var before: [UInt8]
        var after: [UInt8]
        /// A single record stands there, and no list.
        var takesOne = false

        func around(_ records: [[UInt8]]) -> [UInt8] {
            let carried = takesOne ? records.prefix(1) : records[...]
            let count = carried.reduce(before.count + after.count) { $0 + $1.count + 1 }
            var bytes: [UInt8] = []
            bytes.reserveCapacity(count)
            bytes.append(contentsOf: before)
            for (place, record) in carried.enumerated() {
                if place > 0 { bytes.append(UInt8(ascii: ",")) }
                bytes.append(contentsOf: record)
            }
            bytes.append(contentsOf: after)
            return bytes
        }
    }

    func cover(_ filling: Filling) throws(Trouble) -> Cover {
        switch self {
        case .json(let members): return try Envelope.cover(members, filling)
        case .bareList: return Cover(before: [UInt8(ascii: "[")], after: [UInt8(ascii: "]")])
        case .bareRecord: return Cover(before: [], after: [], takesOne: true)
        case .soap(let envelope): return try envelope.cover(filling)
        }
    }

    private static func cover(_ members: [JSONMember], _ filling: Filling) throws(Trouble) -> Cover
    {
        var json = JSONWriter(reserving: 256)
        var place: Int?
        json.beginObject()
        for member in members {
            json.readyKey(member.key)
            switch member.content {
            case .text(let template): json.string(try filling.text(template))
            case .records:
                json.beginArray()
                place = json.count
                json.endArray()
            }
        }
        json.endObject()
        let bytes = json.finish()
        let end = place ?? bytes.count
        return Cover(before: Array(bytes[..<end]), after: Array(bytes[end...]))
    }
}

extension SOAPEnvelope {
    func cover(_ filling: Filling) throws(Trouble) -> Envelope.Cover {
        var bytes: [UInt8] = []
        var place: Int?
        bytes.append(contentsOf: dialect.opening)
        XMLElements.open(operation, prefix: dialect.prefix, to: &bytes)
        for element in elements {
            switch element.content {
            case .person: place = bytes.count
            case .text(let name, let template, let isOmittedWhenEmpty):
                let text = try filling.text(template)
                if text.isEmpty, isOmittedWhenEmpty { continue }
                XMLElements.append(name, text, prefix: dialect.prefix, to: &bytes)
            }
        }
        XMLElements.close(operation, prefix: dialect.prefix, to: &bytes)
        bytes.append(contentsOf: SOAPDialect.closing)
        let end = place ?? bytes.count
        return Envelope.Cover(
            before: Array(bytes[..<end]), after: Array(bytes[end...]), takesOne: true)
    }
}

extension OperationPlan {
    /// Whether something in the request is of its moment or of its dossier.
    var isOfTheMoment: Bool {
        let ofTheMoment: [Template.Slot] = [.now, .nonce, .code]
        return templates.contains { template in ofTheMoment.contains { template.uses($0) } }
    }

    private var templates: [Template] {
        var templates = [endpoint] + headers.map(\.value)
        switch envelope {
        case .json(let members):
            for member in members {
                if case .text(let template) = member.content { templates.append(template) }
            }
        case .soap(let soap):
            for element in soap.elements {
                if case .text(_, let template, _) = element.content { templates.append(template) }
            }
        case .bareList, .bareRecord: break
        }
        return templates
    }
}
