/// The grammar of RFC 8259, nothing more: no leading zeros, no trailing commas, no bare control
/// characters, no half surrogate pairs, no byte order mark.
struct JSONScanner {
    let bytes: [UInt8]
    let depthLimit: Int
    var nodes: [JSONTape.Node] = []
    private var at = 0

    init(bytes: [UInt8], depthLimit: Int) {
        self.bytes = bytes
        self.depthLimit = depthLimit
        nodes.reserveCapacity(bytes.count / 16)
    }

    mutating func document() -> Bool {
        guard value(depth: 0) else { return false }
        skipSpace()
        return at == bytes.count
    }

    private var current: UInt8 { at < bytes.count ? bytes[at] : 0 }

    private mutating func skipSpace() {
        while at < bytes.count {
            let byte = bytes[at]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            at += 1
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard at < bytes.count, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    private mutating func open(_ kind: JSONTape.Kind) -> Int {
        nodes.append(JSONTape.Node(kind: kind, start: Int32(at), end: Int32(at)))
        return nodes.count - 1
    }

    private mutating func close(_ node: Int, end: Int) {
        nodes[node].end = Int32(end)
        nodes[node].next = Int32(nodes.count)
    }

    private mutating func value(depth: Int) -> Bool {
        guard depth < depthLimit else { return false }
        skipSpace()
        switch current {
        case UInt8(ascii: "{"): return object(depth: depth)
        case UInt8(ascii: "["): return array(depth: depth)
        case UInt8(ascii: "\""): return string()
        case UInt8(ascii: "t"): return word("true", .bool)
        case UInt8(ascii: "f"): return word("false", .bool)
        case UInt8(ascii: "n"): return word("null", .null)
        default: return number()
        }
    }

    private mutating func word(_ word: StaticString, _ kind: JSONTape.Kind) -> Bool {
        let node = open(kind)
        guard bytes[at...].starts(with: word.description.utf8) else { return false }
        at += word.utf8CodeUnitCount
        close(node, end: at)
        return true
    }

    private mutating func number() -> Bool {
        let node = open(.number)
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")), digits() == 0 { return false }
        if take(UInt8(ascii: ".")), digits() == 0 { return false }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            if digits() == 0 { return false }
        }
        close(node, end: at)
        return true
    }

    private mutating func digits() -> Int {
        let start = at
        while at < bytes.count, bytes[at] >= 0x30, bytes[at] <= 0x39 { at += 1 }
        return at - start
    }

    private mutating func array(depth: Int) -> Bool {
        let node = open(.array)
        at += 1
        skipSpace()
        if !take(UInt8(ascii: "]")) {
            repeat {
                guard value(depth: depth + 1) else { return false }
                skipSpace()
            } while take(UInt8(ascii: ","))
            guard take(UInt8(ascii: "]")) else { return false }
        }
        close(node, end: at)
        return true
    }

    private mutating func object(depth: Int) -> Bool {
        let node = open(.object)
        at += 1
        skipSpace()
        if !take(UInt8(ascii: "}")) {
            repeat {
                skipSpace()
                guard current == UInt8(ascii: "\""), string() else { return false }
                skipSpace()
                guard take(UInt8(ascii: ":")), value(depth: depth + 1) else { return false }
                skipSpace()
            } while take(UInt8(ascii: ","))
            guard take(UInt8(ascii: "}")) else { return false }
        }
        close(node, end: at)
        return true
    }

    private mutating func string() -> Bool {
        at += 1
        let node = open(.string)
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\""):
                close(node, end: at)
                at += 1
                return true
            case UInt8(ascii: "\\"):
                nodes[node].isEscaped = true
                guard escape() else { return false }
            case 0..<0x20: return false
            default: at += 1
            }
        }
        return false
    }

    private mutating func escape() -> Bool {
        at += 1
        let byte = current
        at += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return true
        case UInt8(ascii: "u"):
            guard let unit = hex() else { return false }
            guard (0xD800..<0xE000).contains(unit) else { return true }
            guard unit < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")),
                let low = hex()
            else { return false }
            return (0xDC00..<0xE000).contains(low)
        default: return false
        }
    }

    private mutating func hex() -> UInt32? {
        guard at + 4 <= bytes.count else { return nil }
        let unit = JSONScanner.hex(bytes[at..<at + 4])
        at += 4
        return unit
    }

    private static func hex(_ digits: ArraySlice<UInt8>) -> UInt32? {
        var unit: UInt32 = 0
        for digit in digits {
            switch digit {
            case 0x30...0x39: unit = unit << 4 | UInt32(digit - 0x30)
            case 0x41...0x46: unit = unit << 4 | UInt32(digit - 0x37)
            case 0x61...0x66: unit = unit << 4 | UInt32(digit - 0x57)
            default: return nil
            }
        }
        return unit
    }

    /// Resolves the escapes of a string that the scanner has accepted.
    static func unescaped(_ raw: ArraySlice<UInt8>) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(raw.count)
        var at = raw.startIndex
        while at < raw.endIndex {
            guard raw[at] == UInt8(ascii: "\\") else {
                out.append(raw[at])
                at += 1
                continue
            }
            let byte = raw[at + 1]
            at += 2
            switch byte {
            case UInt8(ascii: "b"): out.append(0x08)
            case UInt8(ascii: "f"): out.append(0x0C)
            case UInt8(ascii: "n"): out.append(0x0A)
            case UInt8(ascii: "r"): out.append(0x0D)
            case UInt8(ascii: "t"): out.append(0x09)
            case UInt8(ascii: "u"):
                var unit = hex(raw[at..<at + 4]) ?? 0xFFFD
                at += 4
                if (0xD800..<0xDC00).contains(unit) {
                    let low = hex(raw[at + 2..<at + 6]) ?? 0xDC00
                    unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00)
                    at += 6
                }
                out.append(contentsOf: String(Unicode.Scalar(unit) ?? "\u{FFFD}").utf8)
            default: out.append(byte)
            }
        }
        return out
    }
}
