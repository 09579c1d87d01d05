/// What the sandbox answers, and in which manner, for a national system is not always polite.
package struct ServedReply: Sendable {
    package enum Body: Sendable {
        case bytes([UInt8])
        /// Chunks of any size until nil; the answer is sent chunked.
        case stream(@Sendable () -> [UInt8]?)
    }

    /// How the answer travels.
    package enum Manner: Sendable, Equatable {
        case whole
        /// Closes the connection without a byte of an answer.
        case dropped
        /// Waits first.
        case delayed(milliseconds: Int64)
        /// Announces the whole length, sends half and closes.
        case truncated
        /// Sends the body in small pieces spread over this time.
        case dripping(milliseconds: Int64)
    }

    package var status: Int
    package var contentType: String
    package var body: Body
    package var retryAfter: String?
    package var contentEncoding: String?
    package var manner: Manner

    package init(
        status: Int = 200, contentType: String = "application/json;charset=utf-8", body: Body,
        retryAfter: String? = nil, contentEncoding: String? = nil, manner: Manner = .whole
    ) {
        self.status = status
        self.contentType = contentType
        self.body = body
        self.retryAfter = retryAfter
        self.contentEncoding = contentEncoding
        self.manner = manner
    }

    static let dropped = ServedReply(body: .bytes([]), manner: .dropped)

    static func text(_ status: Int, _ text: String) -> ServedReply {
        ServedReply(
            status: status, contentType: "text/plain;charset=utf-8",
            body: .bytes(Array((text + "\n").utf8)))
    }

    /// The body's bytes; empty for a stream.
    package var bytes: [UInt8] {
        if case .bytes(let bytes) = body { bytes } else { [] }
    }
}
