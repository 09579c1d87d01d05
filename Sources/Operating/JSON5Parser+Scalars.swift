extension JSON5Parser {
    func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    mutating func number() throws(JSON5Error) -> Double {
        let start = offset
        let negative = next == UInt8(ascii: "-")
        if negative || next == UInt8(ascii: "+") { offset += 1 }
        let magnitude = try magnitude(from: start)
        // "12abc" is no number followed by something else.
        if let byte = next, isDigit(byte) || isLetter(byte) {
            throw error(.number, at: start)
        }
        return negative ? -magnitude : magnitude
    }

    private mutating func magnitude(from start: Int) throws(JSON5Error) -> Double {
        for (word, value) in [("Infinity", Double.infinity), ("NaN", .nan)]
        where bytes[offset...].starts(with: word.utf8) {
            offset += word.utf8.count
            return value
        }
        if take(UInt8(ascii: "0")) {
            if take(UInt8(ascii: "x")) || take(UInt8(ascii: "X")) {
                return try hexadecimal(from: start)
            }
            if let byte = next, isDigit(byte) { throw error(.number, at: start) }
            offset -= 1
        }
        let first = offset
        let whole = skipDigits()
        let fraction = take(UInt8(ascii: ".")) ? skipDigits() : 0
        guard whole + fraction > 0 else { throw error(.number, at: start) }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard skipDigits() > 0 else { throw error(.number, at: start) }
        }
        // `.5` and `5.` are JSON5's; the zeros make them everyone's.
        var text = String(decoding: bytes[first..<offset], as: UTF8.self)
        if whole == 0 { text = "0" + text }
        if fraction == 0 { text.removeAll { $0 == "." } }
        guard let value = Double(text) else { throw error(.number, at: start) }
        return value
    }

    private mutating func skipDigits() -> Int {
        let start = offset
        while let byte = next, isDigit(byte) { offset += 1 }
        return offset - start
    }

    private mutating func hexadecimal(from start: Int) throws(JSON5Error) -> Double {
        var value = 0.0
        let first = offset
        while let byte = next, let digit = hexDigit(byte) {
            value = value * 16 + Double(digit)
            offset += 1
        }
        guard offset > first else { throw error(.number, at: start) }
        return value
    }

    private func hexDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    /// A text in single or double quotes.
    mutating func quoted() throws(JSON5Error) -> String {
        let start = offset
        let quote = bytes[offset]
        offset += 1
        var out: [UInt8] = []
        while let byte = next {
            offset += 1
            switch byte {
            case quote: return String(decoding: out, as: UTF8.self)
            case UInt8(ascii: "\\"): try escape(into: &out)
            case 0x0A, 0x0D: throw error(.unfinishedText, at: start)
            default: out.append(byte)
            }
        }
        throw error(.unfinishedText, at: start)
    }

    private mutating func escape(into out: inout [UInt8]) throws(JSON5Error) {
        let start = offset - 1
        let wide = wideSpaceLength()
        if wide == 3, bytes[offset] == 0xE2 {
            offset += wide
            return
        }
        guard let byte = next else { throw error(.unfinishedText, at: start) }
        offset += 1
        switch byte {
        case 0x0A: break
        case 0x0D: _ = take(0x0A)
        case UInt8(ascii: "b"): out.append(0x08)
        case UInt8(ascii: "f"): out.append(0x0C)
        case UInt8(ascii: "n"): out.append(0x0A)
        case UInt8(ascii: "r"): out.append(0x0D)
        case UInt8(ascii: "t"): out.append(0x09)
        case UInt8(ascii: "v"): out.append(0x0B)
        case UInt8(ascii: "x"), UInt8(ascii: "u"):
            let scalar = try scalar(byte == UInt8(ascii: "x") ? 2 : 4, from: start)
            out.append(contentsOf: String(Character(scalar)).utf8)
        case UInt8(ascii: "0"):
            if let after = next, isDigit(after) { throw error(.escape, at: start) }
            out.append(0)
        case UInt8(ascii: "1")...UInt8(ascii: "9"): throw error(.escape, at: start)
        default: out.append(byte)
        }
    }

    /// A character by its number; of a surrogate pair both halves, a lone one is refused.
    private mutating func scalar(_ digits: Int, from start: Int) throws(JSON5Error)
        -> Unicode.Scalar
    {
        var code = try hexNumber(digits, from: start)
        if (0xD800..<0xDC00).contains(code) {
            guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
                throw error(.escape, at: start)
            }
            let low = try hexNumber(4, from: start)
            guard (0xDC00..<0xE000).contains(low) else { throw error(.escape, at: start) }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw error(.escape, at: start) }
        return scalar
    }

    private mutating func hexNumber(_ digits: Int, from start: Int) throws(JSON5Error) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<digits {
            guard let byte = next, let digit = hexDigit(byte) else {
                throw error(.escape, at: start)
            }
            code = code << 4 | digit
            offset += 1
        }
        return code
    }
}
