internal import Operating

/// Which commune codes are in force since 2025-07-01: one bit for each five-digit code.
package struct CommuneRegister: Sendable {
    private var bits: [UInt64]
    package private(set) var count: Int

    /// The day from which the register holds (contracts.md §12.4).
    package static let start = CivilDate(year: 2025, month: 7, day: 1)

    package init(_ codes: [Int] = []) {
        bits = []
        count = 0
        for code in codes { insert(code) }
    }

    package var isEmpty: Bool { count == 0 }

    /// Whether a five-digit code is in force.
    package func contains(_ code: String) -> Bool {
        guard !bits.isEmpty, let number = CommuneRegister.number(code) else { return false }
        return bits[number >> 6] & (1 << (number & 63)) != 0
    }

    /// The number that a five-digit code writes; nil for any other text.
    package static func number(_ code: String) -> Int? {
        let bytes = code.utf8Span.span
        return bytes.count == 5 ? bytes.decimal(at: 0, count: 5) : nil
    }

    private mutating func insert(_ number: Int) {
        guard (0..<100_000).contains(number) else { return }
        if bits.isEmpty { bits = Array(repeating: 0, count: 100_000 / 64 + 1) }
        let mask: UInt64 = 1 << (number & 63)
        if bits[number >> 6] & mask == 0 { count += 1 }
        bits[number >> 6] |= mask
    }

    /// Reads the third column of `province_code,province_name,ward_code,ward_name`.
    static func load(path: String) throws(Trouble) -> CommuneRegister {
        guard let bytes = readFile(path) else {
            throw .codeTableUnreadable(file: path)
        }
        return try read(bytes, file: path)
    }

    static func read(_ bytes: [UInt8], file: String) throws(Trouble) -> CommuneRegister {
        var register = CommuneRegister()
        for (index, line) in bytes.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }).enumerated()
        where index > 0 {
            let columns = line.split(
                separator: UInt8(ascii: ","), maxSplits: 3, omittingEmptySubsequences: false)
            guard columns.count == 4,
                let number = CommuneRegister.number(String(decoding: columns[2], as: UTF8.self))
            else { throw .communeLineBroken(file: file, line: index + 1) }
            register.insert(number)
        }
        guard !register.isEmpty else { throw .communeLineBroken(file: file, line: 1) }
        return register
    }
}
