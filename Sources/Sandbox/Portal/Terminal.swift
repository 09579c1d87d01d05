internal import Glibc

/// Standard output and standard error, at once and whole.
enum Terminal {
    static func say(_ text: String) { write(text, to: STDOUT_FILENO) }
    static func complain(_ text: String) { write(text, to: STDERR_FILENO) }

    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            // A reader that has gone is no trouble of the sandbox's.
            if written <= 0 { return }
            rest = rest.dropFirst(written)
        }
    }
}
