import Curl
import Execution
import Glibc
import Synchronization
import Testing
import Wire

/// A loop under test, with a bell to wait on.
final class Client {
    let loop: TransferLoop
    private let bell = Doorbell()
    private var nextToken: UInt64 = 1

    init(_ change: (inout TransferSettings) -> Void = { _ in }) throws {
        var settings = TransferSettings()
        settings.allowPlainHTTP = true
        change(&settings)
        let bell = bell
        loop = try TransferLoop(settings) { bell.ring() }
    }

    deinit { loop.close() }

    /// Submits without waiting; the first token.
    @discardableResult
    func submit(_ requests: [HTTPRequest]) -> UInt64 {
        let first = nextToken
        loop.submit(
            requests.enumerated().map {
                HTTPExchange(token: first + UInt64($0.offset), request: $0.element)
            })
        nextToken += UInt64(requests.count)
        return first
    }

    /// Waits for so many completions; a minute without one is a failure of the test.
    func wait(_ count: Int) throws -> [HTTPCompletion] {
        var completions: [HTTPCompletion] = []
        while completions.count < count {
            let came = loop.completions()
            completions.append(contentsOf: came)
            if came.isEmpty { try #require(bell.wait(milliseconds: 60_000), "no completion came") }
        }
        return completions
    }

    func send(_ requests: [HTTPRequest]) throws -> [HTTPCompletion] {
        submit(requests)
        return try wait(requests.count).sorted { $0.token < $1.token }
    }

    func send(_ request: HTTPRequest) throws -> Result<HTTPResponse, HTTPFailure> {
        try #require(send([request]).first).result
    }

    func answer(_ request: HTTPRequest) throws -> HTTPResponse { try send(request).get() }

    func failure(_ request: HTTPRequest) throws -> HTTPFailure {
        switch try send(request) {
        case .failure(let failure): return failure
        case .success(let response):
            Issue.record("expected a failure, got \(response)")
            throw HTTPFailure(kind: .unsendable, mayHaveArrived: false, detail: "test")
        }
    }
}

/// What a server's script has seen, from any thread.
final class Seen<Element: Sendable>: Sendable {
    private let items = Mutex<[Element]>([])
    func note(_ item: Element) { items.withLock { $0.append(item) } }
    var all: [Element] { items.withLock { $0 } }
    var count: Int { all.count }
}

/// Opens once; whoever waits passes from then on.
final class Gate: Sendable {
    private let bell = Doorbell()
    func open() { bell.ring() }
    func pass() { if bell.wait(milliseconds: 60_000) { bell.ring() } }
}
