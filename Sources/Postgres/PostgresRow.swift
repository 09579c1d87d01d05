internal import CPostgres

/// One row of a result, valid only inside the closure that received it.
///
/// Values are PostgreSQL's text forms in UTF-8; they are read by pointer, so that a caller who only
/// compares or copies bytes pays for no `String`.
package struct PostgresRow: ~Copyable {
    private let result: OpaquePointer
    private let index: Int32

    init(result: OpaquePointer, index: Int32) {
        self.result = result
        self.index = index
    }

    /// How many columns the row has.
    package var count: Int { Int(PQnfields(result)) }

    package func isNull(_ column: Int) -> Bool { PQgetisnull(result, index, Int32(column)) == 1 }

    /// The value's bytes, valid until the closure returns; nil is NULL.
    ///
    /// The corresponding C functions are `PQgetvalue` and `PQgetlength`.
    package func bytes(_ column: Int) -> UnsafeRawBufferPointer? {
        guard !isNull(column), let start = PQgetvalue(result, index, Int32(column)) else {
            return nil
        }
        return UnsafeRawBufferPointer(
            start: start, count: Int(PQgetlength(result, index, Int32(column))))
    }

    /// The value as text; nil is NULL.
    package func text(_ column: Int) -> String? {
        bytes(column).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The value as a whole number; nil is NULL or no whole number.
    package func integer(_ column: Int) -> Int64? {
        guard let bytes = bytes(column), let first = bytes.first else { return nil }
        let isNegative = first == UInt8(ascii: "-")
        var value: Int64 = 0
        let digits = isNegative ? bytes.dropFirst() : bytes[...]
        guard !digits.isEmpty else { return nil }
        for byte in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let digit = Int64(byte - UInt8(ascii: "0"))
            let (next, carried) = tens.subtractingReportingOverflow(digit)
            if overflow || carried { return nil }
            value = next
        }
        // Counted downwards, because the lowest Int64 has no positive twin.
        if isNegative { return value }
        return value == .min ? nil : -value
    }
}
