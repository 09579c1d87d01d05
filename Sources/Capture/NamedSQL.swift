/// A statement with parameters by name (`:after`), as profiles are written for every database.
struct NamedSQL: Sendable {
    /// The statement as written. SQLite takes it as it is.
    let text: String
    /// The statement with `$1`, `$2`… in place of the names, as PostgreSQL takes it.
    let positional: String
    /// The names in the order of their numbers, each once.
    let parameters: [String]

    init(_ text: String) {
        self.text = text
        var scanner = Scanner(bytes: Array(text.utf8))
        scanner.scan()
        positional = String(decoding: scanner.output, as: UTF8.self)
        parameters = scanner.parameters
    }

    /// Copies the text and replaces names outside literals, quoted names, comments and `::` casts.
    private struct Scanner {
        let bytes: [UInt8]
        var offset = 0
        var output: [UInt8] = []
        var parameters: [String] = []

        init(bytes: [UInt8]) {
            self.bytes = bytes
            output.reserveCapacity(bytes.count)
        }

        mutating func scan() {
            while offset < bytes.count {
                switch bytes[offset] {
                case UInt8(ascii: "'"), UInt8(ascii: "\""): quoted(by: bytes[offset])
                case UInt8(ascii: "-") where next(is: UInt8(ascii: "-")): lineComment()
                case UInt8(ascii: "/") where next(is: UInt8(ascii: "*")): blockComment()
                case UInt8(ascii: ":") where next(is: UInt8(ascii: ":")):
                    copy(2)
                case UInt8(ascii: ":"): parameter()
                default: copy(1)
                }
            }
        }

        private func next(is byte: UInt8) -> Bool {
            offset + 1 < bytes.count && bytes[offset + 1] == byte
        }

        private mutating func copy(_ count: Int) {
            let end = min(offset + count, bytes.count)
            output.append(contentsOf: bytes[offset..<end])
            offset = end
        }

        /// A doubled quote inside ends one literal and begins the next, which comes to the same.
        private mutating func quoted(by quote: UInt8) {
            copy(1)
            while offset < bytes.count, bytes[offset] != quote { copy(1) }
            copy(1)
        }

        private mutating func lineComment() {
            while offset < bytes.count, bytes[offset] != UInt8(ascii: "\n") { copy(1) }
        }

        private mutating func blockComment() {
            copy(2)
            while offset < bytes.count {
                if bytes[offset] == UInt8(ascii: "*"), next(is: UInt8(ascii: "/")) {
                    return copy(2)
                }
                copy(1)
            }
        }

        private mutating func parameter() {
            var end = offset + 1
            while end < bytes.count, Scanner.isNameByte(bytes[end]) { end += 1 }
            // A digit first is an array's slice, `x[1:2]`.
            guard end > offset + 1, !Scanner.isDigit(bytes[offset + 1]) else { return copy(1) }
            let name = String(decoding: bytes[(offset + 1)..<end], as: UTF8.self)
            let index = parameters.firstIndex(of: name) ?? parameters.count
            if index == parameters.count { parameters.append(name) }
            output.append(contentsOf: "$\(index + 1)".utf8)
            offset = end
        }

        private static func isDigit(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }

        private static func isNameByte(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }
}
