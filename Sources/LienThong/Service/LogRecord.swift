internal import CSystemd
internal import Glibc

/// One event as its reader takes it.
enum LogRecord: Sendable {
    case line(String)
    /// `NAME=value`, one field each.
    case journal([String])

    /// Blocks for as long as nobody reads. A failure has nowhere to be told.
    func write() {
        switch self {
        case .line(let text): LogRecord.write(Array((text + "\n").utf8))
        case .journal(let entries): LogRecord.send(entries)
        }
    }

    private static func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count)
            }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                // Whoever shares the pipe with us has made it non-blocking.
                var ready = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
                poll(&ready, 1, -1)
            } else if errno != EINTR {
                return
            }
        }
    }

    /// The corresponding C function is `sd_journal_sendv`.
    private static func send(_ entries: [String]) {
        let storage = entries.map { Array($0.utf8) }
        var vectors: [iovec] = []
        var flat = storage.flatMap { $0 }
        flat.withUnsafeMutableBytes { buffer in
            var offset = 0
            for entry in storage {
                vectors.append(
                    iovec(iov_base: buffer.baseAddress.map { $0 + offset }, iov_len: entry.count))
                offset += entry.count
            }
            _ = sd_journal_sendv(vectors, Int32(vectors.count))
        }
    }
}
