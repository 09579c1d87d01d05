internal import CCurl
internal import Wire

/// The header lines of a handle's requests as libcurl's list, in two blocks of memory that are used again: no
/// allocation for each line, nothing to walk.
///
/// Most requests differ from the one before in one value of the same length, their idempotency key: only that
/// is written then (``follow(_:isBodyless:)``). libcurl reads the list until the exchange has ended; the list
/// belongs to the exchange's ``Transfer``.
///
/// `User-Agent` and `Accept-Encoding` are lines like the others: of its own libcurl would print each of them
/// twice for every request, letter by letter.
struct HeaderList: ~Copyable {
    static let encodings = "gzip, deflate"

    private let userAgent: HTTPHeader
    private var nodes: UnsafeMutablePointer<curl_slist>
    private var nodeCapacity = 16
    private var text: UnsafeMutablePointer<CChar>
    private var textCapacity = 1024
    /// What stands in the list, and where each value begins; empty when nothing usable does.
    private var current: [HTTPHeader] = []
    private var values: [Int] = []
    private var isBodyless = false

    init(userAgent: String) {
        self.userAgent = HTTPHeader("User-Agent", userAgent)
        nodes = .allocate(capacity: nodeCapacity)
        text = .allocate(capacity: textCapacity)
    }

    deinit {
        nodes.deallocate()
        text.deallocate()
    }

    /// Writes what differs from the list as it stands, in place; false when that cannot be done.
    mutating func follow(_ headers: [HTTPHeader], isBodyless: Bool) -> Bool {
        guard headers.count == current.count, !current.isEmpty, isBodyless == self.isBodyless else {
            return false
        }
        for place in headers.indices where headers[place].value != current[place].value {
            guard headers[place].value.utf8.count == current[place].value.utf8.count,
                !headers[place].value.isEmpty
            else { return false }
        }
        for place in headers.indices where headers[place].name != current[place].name {
            return false
        }
        for place in headers.indices where headers[place].value != current[place].value {
            guard write(headers[place].value, at: values[place]) != nil else {
                current = []
                return false
            }
            current[place].value = headers[place].value
        }
        return true
    }

    /// Lays out the lines; nil when a name is no token or a value would break out of its line.
    mutating func fill(_ headers: [HTTPHeader], isBodyless: Bool) -> UnsafeMutablePointer<
        curl_slist
    >? {
        current = []
        values.removeAll(keepingCapacity: true)
        var lines = headers
        if !headers.contains(where: { $0.isNamed("user-agent") }) { lines.append(userAgent) }
        if !headers.contains(where: { $0.isNamed("accept-encoding") }) {
            lines.append(HTTPHeader("Accept-Encoding", HeaderList.encodings))
        }
        // libcurl would wait a second for a "100 Continue" that most servers never send, and call an
        // unlabelled body a form.
        let isLabelled = isBodyless || headers.contains { $0.isNamed("content-type") }
        let unwanted: [StaticString] = isLabelled ? ["Expect:"] : ["Expect:", "Content-Type:"]
        var length = 0
        for line in lines { length += line.name.utf8.count + line.value.utf8.count + 3 }
        for line in unwanted { length += line.utf8CodeUnitCount + 1 }
        reserve(nodes: lines.count + unwanted.count, text: length)
        var end = 0
        var count = 0
        for line in lines {
            nodes[count] = curl_slist(data: text + end, next: nodes + count + 1)
            guard let next = write(line, at: end) else { return nil }
            end = next
            count += 1
        }
        for line in unwanted {
            nodes[count] = curl_slist(data: text + end, next: nodes + count + 1)
            for index in 0..<line.utf8CodeUnitCount {
                text[end + index] = CChar(bitPattern: line.utf8Start[index])
            }
            end += line.utf8CodeUnitCount
            text[end] = 0
            end += 1
            count += 1
        }
        nodes[count - 1].next = nil
        current = headers
        self.isBodyless = isBodyless
        return nodes
    }

    private mutating func reserve(nodes needed: Int, text length: Int) {
        if needed > nodeCapacity {
            nodes.deallocate()
            nodeCapacity = needed * 2
            nodes = .allocate(capacity: nodeCapacity)
        }
        if length > textCapacity {
            text.deallocate()
            textCapacity = length * 2
            text = .allocate(capacity: textCapacity)
        }
    }

    /// Writes `Name: value` and a zero; an empty value as `Name;`, which is how libcurl is told to send one.
    private mutating func write(_ header: HTTPHeader, at start: Int) -> Int? {
        var end = start
        for byte in header.name.utf8 {
            guard HeaderList.isToken(byte) else { return nil }
            text[end] = CChar(bitPattern: byte)
            end += 1
        }
        guard end > start else { return nil }
        if header.value.isEmpty {
            text[end] = CChar(bitPattern: UInt8(ascii: ";"))
            text[end + 1] = 0
            values.append(end + 1)
            return end + 2
        }
        text[end] = CChar(bitPattern: UInt8(ascii: ":"))
        text[end + 1] = CChar(bitPattern: UInt8(ascii: " "))
        values.append(end + 2)
        return write(header.value, at: end + 2)
    }

    /// Writes a value and a zero; nil when a line break or the like is in it.
    private mutating func write(_ value: String, at start: Int) -> Int? {
        var value = value
        let text = text
        return value.withUTF8 { bytes in
            for place in bytes.indices {
                let byte = bytes[place]
                guard byte >= 0x20 || byte == 0x09, byte != 0x7F else { return nil }
                text[start + place] = CChar(bitPattern: byte)
            }
            text[start + bytes.count] = 0
            return start + bytes.count + 1
        }
    }

    /// RFC 9110 §5.6.2.
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
            UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"),
            UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "*"),
            UInt8(ascii: "+"), UInt8(ascii: "^"), UInt8(ascii: "`"), UInt8(ascii: "|"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}

extension HTTPHeader {
    /// - Parameter name: in lower case.
    fileprivate func isNamed(_ name: String) -> Bool {
        self.name.utf8.count == name.utf8.count && self.name.lowercased() == name
    }
}
