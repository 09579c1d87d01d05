internal import CCurl
internal import Wire

/// The header lines of one request as libcurl's list, in two blocks of memory that are filled anew for
/// each request: no allocation for each line, nothing to walk.
///
/// libcurl reads the list until the exchange has ended; the list belongs to the exchange's ``Transfer``.
struct HeaderList: ~Copyable {
    private var nodes: UnsafeMutablePointer<curl_slist>
    private var nodeCapacity = 16
    private var text: UnsafeMutablePointer<CChar>
    private var textCapacity = 1024

    init() {
        nodes = .allocate(capacity: nodeCapacity)
        text = .allocate(capacity: textCapacity)
    }

    deinit {
        nodes.deallocate()
        text.deallocate()
    }

    /// Lays out the lines; nil when a name is no token or a value would break out of its line.
    ///
    /// - Parameter wanted: headers that libcurl would add on its own and must not.
    mutating func fill(_ headers: [HTTPHeader], without unwanted: [StaticString])
        -> UnsafeMutablePointer<curl_slist>?
    {
        var length = 0
        for header in headers { length += header.name.utf8.count + header.value.utf8.count + 3 }
        for line in unwanted { length += line.utf8CodeUnitCount + 1 }
        reserve(nodes: headers.count + unwanted.count, text: length)
        var end = 0
        var count = 0
        for header in headers {
            nodes[count] = curl_slist(data: text + end, next: nodes + count + 1)
            guard let next = write(header, at: end) else { return nil }
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
    private func write(_ header: HTTPHeader, at start: Int) -> Int? {
        var end = start
        for byte in header.name.utf8 {
            guard HeaderList.isToken(byte) else { return nil }
            text[end] = CChar(bitPattern: byte)
            end += 1
        }
        guard end > start else { return nil }
        if header.value.isEmpty {
            text[end] = CChar(bitPattern: UInt8(ascii: ";"))
            end += 1
        } else {
            text[end] = CChar(bitPattern: UInt8(ascii: ":"))
            text[end + 1] = CChar(bitPattern: UInt8(ascii: " "))
            end += 2
            for byte in header.value.utf8 {
                guard byte >= 0x20 || byte == 0x09, byte != 0x7F else { return nil }
                text[end] = CChar(bitPattern: byte)
                end += 1
            }
        }
        text[end] = 0
        return end + 1
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
