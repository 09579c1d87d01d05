/// Reads JSON5 (spec.json5.org) as people write it into configuration files.
///
/// Foundation reads JSON5 too, but on Linux its errors name no place, and of a key that stands twice it
/// silently takes one; both are what an operator at night needs to be told.
struct JSON5Parser {
    let bytes: [UInt8]
    var offset = 0
    private static let depthLimit = 64

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(JSON5Error) -> SettingsTree {
        try checkText()
        let value = try value(depth: 0)
        try skipSpace()
        guard offset == bytes.count else { throw error(.expected(.end)) }
        return value
    }

    /// The error at a place; where none is given, where reading stands.
    func error(_ problem: JSON5Error.Problem, at place: Int? = nil) -> JSON5Error {
        let before = bytes[..<min(place ?? offset, bytes.count)]
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return JSON5Error(
            problem: problem, line: before.count { $0 == UInt8(ascii: "\n") } + 1,
            column: String(decoding: before[lineStart...], as: UTF8.self).count + 1)
    }

    private func checkText() throws(JSON5Error) {
        guard String(validating: bytes, as: UTF8.self) == nil else { return }
        var start = 0
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            if String(validating: line, as: UTF8.self) == nil { throw error(.notUTF8, at: start) }
            start += line.count + 1
        }
    }

    var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        offset += 1
        return true
    }

    private mutating func value(depth: Int) throws(JSON5Error) -> SettingsTree {
        guard depth < JSON5Parser.depthLimit else { throw error(.tooDeep) }
        try skipSpace()
        guard let byte = next else { throw error(.expected(.value)) }
        switch byte {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return .string(try quoted())
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
            UInt8(ascii: "."):
            return .number(try number())
        default: return try word()
        }
    }

    private mutating func word() throws(JSON5Error) -> SettingsTree {
        let start = offset
        let name = bareName()
        switch name {
        case "null": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "Infinity": return .number(.infinity)
        case "NaN": return .number(.nan)
        default: throw error(.expected(.value), at: start)
        }
    }

    private mutating func array(depth: Int) throws(JSON5Error) -> SettingsTree {
        offset += 1
        var items: [SettingsTree] = []
        while true {
            try skipSpace()
            if take(UInt8(ascii: "]")) { return .array(items) }
            items.append(try value(depth: depth + 1))
            try skipSpace()
            if take(UInt8(ascii: "]")) { return .array(items) }
            guard take(UInt8(ascii: ",")) else { throw error(.expected(.commaOrBracket)) }
        }
    }

    private mutating func object(depth: Int) throws(JSON5Error) -> SettingsTree {
        offset += 1
        var members: [String: SettingsTree] = [:]
        while true {
            try skipSpace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            let place = offset
            let name = try self.name()
            guard members[name] == nil else { throw error(.duplicate(name), at: place) }
            try skipSpace()
            guard take(UInt8(ascii: ":")) else { throw error(.expected(.colon)) }
            members[name] = try value(depth: depth + 1)
            try skipSpace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            guard take(UInt8(ascii: ",")) else { throw error(.expected(.commaOrBrace)) }
        }
    }

    private mutating func name() throws(JSON5Error) -> String {
        if next == UInt8(ascii: "\"") || next == UInt8(ascii: "'") { return try quoted() }
        let start = offset
        let name = bareName()
        guard let first = name.utf8.first, !isDigit(first) else {
            throw error(.expected(.key), at: start)
        }
        return name
    }

    /// Letters, digits, `_`, `$` and everything beyond ASCII that is no space.
    private mutating func bareName() -> String {
        let start = offset
        while let byte = next {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"):
                offset += 1
            case 0x80... where wideSpaceLength() == 0: offset += 1
            default: return String(decoding: bytes[start..<offset], as: UTF8.self)
            }
        }
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    private mutating func skipSpace() throws(JSON5Error) {
        while let byte = next {
            switch byte {
            case 0x20, 0x09...0x0D: offset += 1
            case UInt8(ascii: "/"): try skipComment()
            case 0x80...:
                let length = wideSpaceLength()
                if length == 0 { return }
                offset += length
            default: return
            }
        }
    }

    /// The bytes of a no-break space, a byte order mark or a Unicode line end here; 0 when there is none.
    func wideSpaceLength() -> Int {
        let spaces: [[UInt8]] = [
            [0xC2, 0xA0], [0xEF, 0xBB, 0xBF], [0xE2, 0x80, 0xA8], [0xE2, 0x80, 0xA9],
        ]
        return spaces.first { bytes[offset...].starts(with: $0) }?.count ?? 0
    }

    private mutating func skipComment() throws(JSON5Error) {
        let start = offset
        offset += 1
        if take(UInt8(ascii: "/")) {
            while let byte = next, byte != 0x0A, byte != 0x0D { offset += 1 }
        } else if take(UInt8(ascii: "*")) {
            while offset < bytes.count, !bytes[offset...].starts(with: "*/".utf8) { offset += 1 }
            guard offset < bytes.count else { throw error(.unfinishedComment, at: start) }
            offset += 2
        } else {
            throw error(.expected(.value), at: start)
        }
    }
}
