internal import Wire

/// An answer's body, read as a document of the contract's encoding; or what it is instead.
struct AnswerBody {
    var document: AnswerFacts.Document
    var form: AnswerFacts.Form
    /// What an unreadable body is, for people: its declared type, its length, what it looks like. Nothing of what
    /// it says.
    var nature: Words?

    init(_ response: HTTPResponse, isXML: Bool) {
        let type = response.contentType.flatMap(MediaType.init)
        let body = AnswerBody.readable(response, type, isXML: isXML)
        document = isXML ? AnswerBody.xml(body) : AnswerBody.json(body)
        if case .none = document {
            form = response.body.isEmpty ? .empty : .unreadable
            if form == .unreadable {
                nature = AnswerBody.describe(response.body, type, isXML: isXML)
            }
        } else {
            form = .readable
        }
    }

    private static func xml(_ body: [UInt8]) -> AnswerFacts.Document {
        let root = Result(catching: { () throws(XMLError) in try XMLElement(parsing: body) })
            .success
        guard let root, ForeignText.isSame(root.name, "Envelope") else { return .none }
        return .xml(root)
    }

    private static func json(_ body: [UInt8]) -> AnswerFacts.Document {
        let value = Result(catching: { () throws(JSONError) in try JSONValue(parsing: body) })
            .success
        guard let value, case .object = value else { return .none }
        return .json(value)
    }

    /// The bytes in which the document stands: an envelope without its attachments, JSON as UTF-8.
    private static func readable(_ response: HTTPResponse, _ type: MediaType?, isXML: Bool)
        -> [UInt8]
    {
        if isXML {
            return MultipartRelated.root(of: response.body, contentType: response.contentType)
                ?? response.body
        }
        if let utf16 = UTF16Text(response.body) { return utf16.utf8 }
        // An old server's page of code. Bytes that are UTF-8 are, whatever is declared.
        if let charset = type?.parameters["charset"]?.lowercased(), latin.contains(charset),
            String(validating: response.body, as: UTF8.self) == nil
        {
            var text = String.UnicodeScalarView()
            for byte in response.body { text.append(Unicode.Scalar(byte)) }
            return Array(String(text).utf8)
        }
        return response.body
    }

    private static let latin: Set<String> = ["iso-8859-1", "latin1", "us-ascii", "windows-1252"]

    private static func describe(_ body: [UInt8], _ type: MediaType?, isXML: Bool) -> Words? {
        let start = String(decoding: body.prefix(512), as: UTF8.self).lowercased()
        let looks: String? =
            if type?.name == "multipart/related" {
                "multipart"
            } else if start.contains("<html") || start.contains("<!doctype html") {
                "HTML"
            } else if start.hasPrefix("<") {
                isXML ? "XML, not a SOAP envelope" : "XML"
            } else if start.hasPrefix("{") || start.hasPrefix("[") {
                "JSON, incomplete or damaged"
            } else {
                nil
            }
        let charset = type?.parameters["charset"].map { ForeignText.prefix($0, bytes: 40) }
        let parts = [
            type?.name ?? "no Content-Type", charset.map { "charset \($0)" },
            "\(body.count) bytes", looks,
        ]
        return Words(
            "[không đọc được / unreadable: \(parts.compactMap { $0 }.joined(separator: ", "))]")
    }
}

/// Text of two bytes a unit, by its mark or by the zeros that JSON has in it.
private struct UTF16Text {
    let utf8: [UInt8]

    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 4, bytes.count % 2 == 0 else { return nil }
        let isBig: Bool
        switch (bytes[0], bytes[1]) {
        case (0xFE, 0xFF), (0, UInt8(ascii: "{")): isBig = true
        case (0xFF, 0xFE), (UInt8(ascii: "{"), 0): isBig = false
        default: return nil
        }
        var units: [UInt16] = []
        units.reserveCapacity(bytes.count / 2)
        for place in stride(from: 0, to: bytes.count, by: 2) {
            let high = UInt16(bytes[isBig ? place : place + 1])
            let low = UInt16(bytes[isBig ? place + 1 : place])
            units.append(high << 8 | low)
        }
        guard let text = String(validating: units.drop { $0 == 0xFEFF }, as: UTF16.self) else {
            return nil
        }
        utf8 = Array(text.utf8)
    }
}
