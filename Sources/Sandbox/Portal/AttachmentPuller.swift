internal import Execution
internal import Synchronization
internal import Wire

/// Fetches what the dossiers point at, as the portal does, from loopback addresses only; says what could
/// not be fetched through ``AttachmentQueue``.
final class AttachmentPuller: Sendable {
    /// Exchanges under way at once.
    private static let window = 16

    private let queue: AttachmentQueue
    private let transport: any HTTPTransport
    private let bell = Doorbell()
    private let isStopping = Mutex(false)
    private let thread = Mutex<OwnedThread?>(nil)

    init(queue: AttachmentQueue, transport: any HTTPTransport) {
        self.queue = queue
        self.transport = transport
        let thread = OwnedThread(name: "sandbox-pull") { [weak self] in
            var pulls = Pulls()
            while let self, !self.isStopping.withLock({ $0 }) {
                self.step(&pulls)
                self.bell.wait(milliseconds: pulls.underWay.isEmpty ? 250 : 10)
            }
        }
        self.thread.withLock { $0 = thread }
    }

    func stop() {
        isStopping.withLock { $0 = true }
        bell.ring()
        thread.withLock { $0?.join() }
    }

    private struct Pulls {
        var underWay: [UInt64: AttachmentQueue.Link] = [:]
        var nextToken: UInt64 = 1
    }

    private func step(_ pulls: inout Pulls) {
        for completion in transport.completions() {
            guard let link = pulls.underWay.removeValue(forKey: completion.token) else { continue }
            let status =
                if case .success(let answer) = completion.result { answer.status } else { 0 }
            queue.settle(link, status: status)
        }
        var exchanges: [HTTPExchange] = []
        for link in queue.take(AttachmentPuller.window - pulls.underWay.count) {
            pulls.underWay[pulls.nextToken] = link
            exchanges.append(
                HTTPExchange(
                    token: pulls.nextToken,
                    request: HTTPRequest(method: .get, url: link.url, timeoutMilliseconds: 5_000)))
            pulls.nextToken += 1
        }
        if !exchanges.isEmpty { transport.submit(exchanges) }
    }
}
