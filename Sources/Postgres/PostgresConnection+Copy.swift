internal import CPostgres

extension PostgresConnection {
    /// Loads rows with `COPY table (columns) FROM STDIN`, in its text format.
    ///
    /// Nothing is loaded when the body throws or the server refuses a row.
    package func copyIn(_ sql: String, _ write: (inout CopyWriter) throws -> Void) throws {
        let begun = try copyBegun(sql)
        guard begun?.status == PGRES_COPY_IN else {
            throw PostgresError(sqlState: "42601", summary: "not a COPY … FROM STDIN")
        }
        var writer = CopyWriter(connection: connection)
        do {
            try write(&writer)
            try writer.flush()
        } catch {
            // The server answers with the error that this call makes up, which says nothing new.
            _ = PQputCopyEnd(connection, "given up")
            do { _ = try lastResult(sql: nil) } catch {}
            throw error
        }
        guard PQputCopyEnd(connection, nil) == 1 else { throw lost() }
        _ = try lastResult(sql: nil)
    }

    private func copyBegun(_ sql: String) throws(PostgresError) -> PostgresResult? {
        guard PQsendQuery(connection, sql) == 1 else { throw lost() }
        return try lastResult(sql: sql)
    }
}

/// Writes rows in the text format of `COPY`.
package struct CopyWriter: ~Copyable {
    private let connection: OpaquePointer
    private var buffer: [UInt8] = []
    private static let flushBytes = 65_536

    init(connection: OpaquePointer) {
        self.connection = connection
        buffer.reserveCapacity(CopyWriter.flushBytes + 4096)
    }

    /// Appends one row; nil is NULL.
    package mutating func row(_ values: [String?]) throws(PostgresError) {
        var isFirst = true
        for value in values {
            if !isFirst { buffer.append(UInt8(ascii: "\t")) }
            isFirst = false
            if let value {
                append(value)
            } else {
                buffer.append(UInt8(ascii: "\\"))
                buffer.append(UInt8(ascii: "N"))
            }
        }
        buffer.append(UInt8(ascii: "\n"))
        if buffer.count >= CopyWriter.flushBytes { try flush() }
    }

    private mutating func append(_ value: String) {
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): buffer.append(contentsOf: "\\\\".utf8)
            case UInt8(ascii: "\n"): buffer.append(contentsOf: "\\n".utf8)
            case UInt8(ascii: "\r"): buffer.append(contentsOf: "\\r".utf8)
            case UInt8(ascii: "\t"): buffer.append(contentsOf: "\\t".utf8)
            default: buffer.append(byte)
            }
        }
    }

    mutating func flush() throws(PostgresError) {
        guard !buffer.isEmpty else { return }
        let sent = buffer.withUnsafeBytes { bytes in
            PQputCopyData(
                connection, bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
                Int32(bytes.count))
        }
        guard sent == 1 else { throw .connection("the server closed the connection") }
        buffer.removeAll(keepingCapacity: true)
    }
}
