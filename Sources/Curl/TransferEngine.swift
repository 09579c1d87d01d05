internal import CCurl
internal import Glibc
internal import Wire

/// The loop itself: owns every easy handle, lives and dies on the loop's thread.
final class TransferEngine {
    private let routes: [TransferSettings]
    private let hub: TransferHub
    private var active: [Transfer] = []
    /// By route, because what a handle was made with cannot be taken off it.
    private var idle: [[Transfer]]
    private var ended: [HTTPCompletion] = []

    init(_ routes: [TransferSettings], _ hub: TransferHub) {
        self.routes = routes
        self.hub = hub
        idle = Array(repeating: [], count: routes.count)
    }

    func run() {
        ignoreBrokenPipes()
        while true {
            let (exchanges, closed) = hub.take()
            if closed { return end(exchanges) }
            for exchange in exchanges { start(exchange) }
            var running: Int32 = 0
            curl_multi_perform(hub.multi, &running)
            harvest()
            publish()
            // libcurl shortens the wait to its own next time-out; a minute only bounds a mistake.
            if hub.mayWait() { curl_multi_poll(hub.multi, nil, 0, 60_000, nil) }
        }
    }

    private func start(_ exchange: HTTPExchange) {
        let route = exchange.route
        guard routes.indices.contains(route) else {
            return refuse(exchange, CurlRefusal(CURLE_BAD_FUNCTION_ARGUMENT))
        }
        switch idle[route].popLast().map(Result.success) ?? Transfer.make(routes[route]) {
        case .success(let transfer):
            guard transfer.load(exchange) else {
                idle[route].append(transfer)
                return refuse(exchange, CurlRefusal(CURLE_URL_MALFORMAT))
            }
            guard curl_multi_add_handle(hub.multi, transfer.easy) == CURLM_OK else {
                idle[route].append(transfer)
                return refuse(exchange, CurlRefusal(CURLE_OUT_OF_MEMORY))
            }
            transfer.route = route
            transfer.slot = active.count
            active.append(transfer)
        case .failure(let refusal): refuse(exchange, refusal)
        }
    }

    private func refuse(_ exchange: HTTPExchange, _ refusal: CurlRefusal) {
        ended.append(
            HTTPCompletion(
                token: exchange.token,
                result: .failure(
                    HTTPFailure(kind: .unsendable, mayHaveArrived: false, detail: refusal.words)),
                elapsedMicroseconds: 0))
    }

    /// Collects what has ended, in libcurl's order.
    private func harvest() {
        var code = CURLE_OK
        while let easy = shim_multi_next_completion(hub.multi, &code) {
            guard let transfer = Transfer.of(easy) else { continue }
            ended.append(transfer.completion(code))
            curl_multi_remove_handle(hub.multi, easy)
            retire(transfer)
        }
    }

    private func retire(_ transfer: Transfer) {
        let last = active.removeLast()
        if last !== transfer {
            last.slot = transfer.slot
            active[last.slot] = last
        }
        // What a peak needed is not kept for ever.
        if idle[transfer.route].count < 256 { idle[transfer.route].append(transfer) }
    }

    private func publish() {
        guard !ended.isEmpty else { return }
        hub.publish(ended)
        ended = []
    }

    /// Cancels what is under way and frees every handle, on this thread and before it is joined: OpenSSL
    /// takes itself down at the process's exit, and a handle freed after that crashes.
    private func end(_ unstarted: [HTTPExchange]) {
        harvest()
        for transfer in active {
            ended.append(transfer.cancellation())
            curl_multi_remove_handle(hub.multi, transfer.easy)
        }
        ended.append(contentsOf: unstarted.map(TransferHub.cancelled))
        active = []
        idle = []
        curl_multi_cleanup(hub.multi)
        publish()
    }

    /// With NOSIGNAL libcurl leaves SIGPIPE to its caller. A blocked one ends nothing, and the threads
    /// that libcurl starts inherit the mask.
    private func ignoreBrokenPipes() {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }
}
