/// An answer of 330 kB that unpacks to 64 MiB of zeros, written by hand because that takes fewer lines
/// than a compressor: one block of fixed Huffman codes (RFC 1951) that repeats one zero at the longest
/// distance-one match.
enum GzipBomb {
    static let unpackedBytes = 64 << 20

    static let bytes: [UInt8] = {
        var bits = BitWriter()
        bits.bytes = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]
        bits.append(1, count: 1)  // last block
        bits.append(1, count: 2)  // fixed codes
        bits.appendCode(0b0011_0000, count: 8)  // literal 0
        let matches = (unpackedBytes - 1) / 258
        for _ in 0..<matches {
            bits.appendCode(0b1100_0101, count: 8)  // length 258
            bits.appendCode(0, count: 5)  // distance 1
        }
        for _ in 0..<(unpackedBytes - 1 - matches * 258) { bits.appendCode(0b0011_0000, count: 8) }
        bits.appendCode(0, count: 7)  // end of block
        bits.flush()
        for word in [crcOfZeros(unpackedBytes), UInt32(unpackedBytes)] {
            for shift in [0, 8, 16, 24] {
                bits.bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(shift)))
            }
        }
        return bits.bytes
    }()

    private static func crcOfZeros(_ count: Int) -> UInt32 {
        let table: [UInt32] = (0..<256).map { index in
            (0..<8).reduce(UInt32(index)) { crc, _ in
                crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1
            }
        }
        var crc: UInt32 = .max
        for _ in 0..<count { crc = crc >> 8 ^ table[Int(crc & 0xFF)] }
        return ~crc
    }
}

/// Writes bits as RFC 1951 packs them: numbers from their low bit, Huffman codes from their high bit.
private struct BitWriter {
    var bytes: [UInt8] = []
    private var pending: UInt32 = 0
    private var width: UInt32 = 0

    mutating func append(_ value: UInt32, count: UInt32) {
        pending |= value << width
        width += count
        while width >= 8 {
            bytes.append(UInt8(truncatingIfNeeded: pending))
            pending >>= 8
            width -= 8
        }
    }

    mutating func appendCode(_ code: UInt32, count: UInt32) {
        var reversed: UInt32 = 0
        for bit in 0..<count where code >> bit & 1 == 1 { reversed |= 1 << (count - 1 - bit) }
        append(reversed, count: count)
    }

    mutating func flush() {
        if width > 0 { append(0, count: 8 - width) }
    }
}
