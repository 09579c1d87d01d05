internal import CCurl
internal import Execution
package import Operating
internal import Synchronization
package import Wire

/// The one thread that talks to libcurl, and through it to every destination.
///
/// Requests and completions cross threads in batches. Handles and connections are kept and used again.
/// Each host has its own bound of exchanges under way and its own queue behind it.
package final class TransferLoop: HTTPTransport {
    private let hub: TransferHub
    private let thread: Mutex<OwnedThread>

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - routes: how each destination is reached; an exchange names one by its index.
    ///   - ring: called on the loop's thread whenever completions have come; must not block,
    ///     and must not call ``close()``.
    package init(routes: [TransferSettings], ring: @escaping @Sendable () -> Void) throws(Trouble) {
        for settings in routes { try settings.check() }
        guard TransferLoop.libraryReady, let multi = curl_multi_init() else {
            throw .transportRefused(detail: CurlRefusal(CURLE_FAILED_INIT).words)
        }
        for settings in routes {
            guard case .failure(let refusal) = Transfer.make(settings) else { continue }
            curl_multi_cleanup(multi)
            throw .transportRefused(detail: refusal.words)
        }
        // Room for every connection of several hosts; libcurl's own count follows the handles in use,
        // and would close connections whenever few exchanges are under way.
        shim_multi_setopt_long(
            multi, CURLMOPT_MAXCONNECTS,
            max(64, routes.reduce(0) { $0 + $1.maxConnectionsPerHost } * 2))
        let hub = TransferHub(multi: multi, ring: ring)
        self.hub = hub
        thread = Mutex(OwnedThread(name: "curl") { TransferEngine(routes, hub).run() })
    }

    /// Starts the thread for a single destination.
    package convenience init(
        _ settings: TransferSettings, ring: @escaping @Sendable () -> Void
    ) throws(Trouble) {
        try self.init(routes: [settings], ring: ring)
    }

    deinit { close() }

    package func submit(_ exchanges: [HTTPExchange]) { hub.submit(exchanges) }

    package func completions() -> [HTTPCompletion] { hub.completions() }

    /// Milliseconds since the thread last began a turn. A thread that is well begins one every
    /// ``longestRest`` at least, with nothing to do as well.
    package var silence: Int64 { hub.silence }
    package static let longestRest: Int64 = 20_000

    /// Cancels what is under way, ends the thread and frees everything of libcurl's.
    ///
    /// When it returns, every exchange ever submitted has its completion in ``completions()``. Submitting
    /// afterwards ends at once as cancelled. Must have returned before the process exits.
    package func close() {
        hub.close()
        thread.withLock { $0.join() }
    }

    /// libcurl's own start, once in a process and never undone.
    private static let libraryReady = shim_global_init() == CURLE_OK
}
