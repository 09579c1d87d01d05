/// One request under way; lives from its first header to its last byte, on the server's thread.
final class Exchange {
    let server: HTTPServer
    var body: [UInt8] = []
    var isTooLarge = false
    private var reply: ServedReply?
    /// Whether the delay that the reply asks for is over.
    var hasWaited = false

    init(server: HTTPServer) { self.server = server }

    /// The reply, made once from the whole body.
    func decided(_ answer: ([UInt8]) -> ServedReply) -> ServedReply {
        if let reply { return reply }
        let made: ServedReply =
            isTooLarge
            ? .text(413, "The request is larger than the sandbox takes.") : answer(body)
        body = []
        reply = made
        return made
    }
}

/// What libmicrohttpd pulls an answer's body from when it is not sent as one piece.
final class BodySource {
    enum Ending { case complete, broken }

    private let next: () -> [UInt8]?
    private let ending: Ending
    private var rest: ArraySlice<UInt8> = []

    init(ending: Ending = .complete, _ next: @escaping () -> [UInt8]?) {
        self.next = next
        self.ending = ending
    }

    /// Bytes written; nil at the end.
    func fill(_ buffer: UnsafeMutableRawBufferPointer) -> Int? {
        while rest.isEmpty {
            guard let chunk = next() else { return nil }
            rest = chunk[...]
        }
        let count = min(rest.count, buffer.count)
        buffer.copyBytes(from: rest.prefix(count))
        rest = rest.dropFirst(count)
        return count
    }

    var endCode: Int { ending == .complete ? -1 : -2 }
}

/// A body sent piece by piece, the connection suspended between two pieces.
final class Drip {
    static let pieces = 16
    let bytes: [UInt8]
    let pause: Int64
    let connection: OpaquePointer
    let delays: ConnectionDelays
    private var isDue = false

    init(
        bytes: [UInt8], milliseconds: Int64, connection: OpaquePointer, delays: ConnectionDelays
    ) {
        self.bytes = bytes
        self.pause = max(1, milliseconds / Int64(Drip.pieces))
        self.connection = connection
        self.delays = delays
    }

    /// Bytes written at `position`; 0 when the connection was suspended instead.
    func fill(_ buffer: UnsafeMutableRawBufferPointer, at position: Int) -> Int {
        if !isDue, delays.suspend(connection, milliseconds: pause) {
            isDue = true
            return 0
        }
        isDue = false
        let size = max(1, bytes.count / Drip.pieces)
        let piece = bytes[position..<min(bytes.count, position + min(size, buffer.count))]
        buffer.copyBytes(from: piece)
        return piece.count
    }
}
