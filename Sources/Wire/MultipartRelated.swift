/// An answer in several parts (RFC 2387), as SOAP services with attachments send it (MTOM): its root part.
package enum MultipartRelated {
    /// Parts that are looked at before the root is found; an envelope stands first or soon.
    private static let partsAtMost = 16

    /// The body of the root part: the one that `start` names, else the first.
    ///
    /// - Returns: nil when the answer is not of that type, not well-formed, or its root is encoded in another way
    ///   than as it is.
    package static func root(of body: [UInt8], contentType: String?) -> [UInt8]? {
        guard let type = contentType.flatMap(MediaType.init), type.name == "multipart/related",
            let boundary = type.parameters["boundary"], !boundary.isEmpty, boundary.utf8.count <= 70
        else { return nil }
        let start = type.parameters["start"]
        var rest = body[...]
        let delimiter = Array("--\(boundary)".utf8)
        guard let first = rest.lineBeginning(with: delimiter) else { return nil }
        rest = rest[first.upperBound...]
        var root: [UInt8]?
        for _ in 0..<partsAtMost {
            // What follows a delimiter on its line is blank, or `--` behind the last part.
            guard !rest.starts(with: Array("--".utf8)), let line = rest.firstIndex(of: 0x0A) else {
                break
            }
            let part = rest[(line + 1)...]
            // A part without its end was cut off: nothing of it is believed.
            guard let next = part.lineBeginning(with: delimiter) else { return nil }
            let found = Part(part[..<next.lowerBound])
            guard let start else { return found?.content }
            if let found, found.id == start { root = found.content }
            if root != nil { break }
            rest = part[next.upperBound...]
        }
        return root
    }

    /// One part: its header lines and what stands below them.
    private struct Part {
        var id: String?
        /// nil when it is encoded.
        var content: [UInt8]?

        init?(_ bytes: ArraySlice<UInt8>) {
            var rest = bytes
            var isPlain = true
            while true {
                guard let end = rest.firstIndex(of: 0x0A) else { return nil }
                var line = rest[..<end]
                rest = rest[(end + 1)...]
                if line.last == 0x0D { line = line.dropLast() }
                if line.isEmpty { break }
                let text = ForeignText.prefix(String(decoding: line, as: UTF8.self), bytes: 1024)
                guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { continue }
                let value = text[text.utf8.index(after: colon)...].trimmed
                switch text[..<colon].lowercased() {
                case "content-id": id = value
                case "content-transfer-encoding":
                    isPlain = ["binary", "8bit", "7bit"].contains(value.lowercased())
                default: break
                }
            }
            // The line break in front of the next delimiter is the delimiter's.
            if rest.last == 0x0A { rest = rest.dropLast() }
            if rest.last == 0x0D { rest = rest.dropLast() }
            content = isPlain ? Array(rest) : nil
        }
    }
}

/// A `Content-Type` taken apart (RFC 9110 §8.3): names in lower case, values as they stand.
package struct MediaType {
    /// `text/html`; at most 100 bytes of what such names are made of.
    package var name: String
    package var parameters: [String: String] = [:]

    package init?(_ text: String) {
        let parts = MediaType.split(ForeignText.prefix(text, bytes: 1024))
        guard let first = parts.first?.trimmed.lowercased(), !first.isEmpty,
            first.utf8.count <= 100,
            first.utf8.allSatisfy(MediaType.isPlain)
        else { return nil }
        name = first
        for part in parts.dropFirst() {
            guard let equals = part.utf8.firstIndex(of: UInt8(ascii: "=")) else { continue }
            var value = part[part.utf8.index(after: equals)...].trimmed
            if value.utf8.count >= 2, value.hasPrefix("\""), value.hasSuffix("\"") {
                value = String(value.dropFirst().dropLast())
            }
            let name = part[..<equals].trimmed.lowercased()
            if name.utf8.allSatisfy(MediaType.isPlain), parameters[name] == nil {
                parameters[name] = value
            }
        }
    }

    /// At semicolons that stand in no quotation.
    private static func split(_ text: String) -> [Substring] {
        var parts: [Substring] = []
        var isQuoted = false
        var start = text.startIndex
        for place in text.utf8.indices {
            switch text.utf8[place] {
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: ";") where !isQuoted:
                parts.append(text[start..<place])
                start = text.utf8.index(after: place)
            default: break
            }
        }
        parts.append(text[start...])
        return parts
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
            UInt8(ascii: "*"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

extension Substring {
    fileprivate var trimmed: String {
        var view = utf8[...]
        while let first = view.first, first == 0x20 || first == 0x09 { view = view.dropFirst() }
        while let last = view.last, [0x20, 0x09, 0x0D].contains(last) { view = view.dropLast() }
        return String(Substring(view))
    }
}

extension ArraySlice<UInt8> {
    /// Where a line first begins with the bytes.
    fileprivate func lineBeginning(with wanted: [UInt8]) -> Range<Int>? {
        var place = startIndex
        while place + wanted.count <= endIndex {
            if self[place..<place + wanted.count].elementsEqual(wanted) {
                return place..<place + wanted.count
            }
            guard let line = self[place...].firstIndex(of: 0x0A) else { return nil }
            place = line + 1
        }
        return nil
    }
}
