internal import CCurl
internal import Glibc
internal import Wire

/// The loop itself: owns every easy handle, lives and dies on the loop's thread.
final class TransferEngine {
    private let routes: [TransferSettings]
    private let hub: TransferHub
    /// One for each host of each route; they come from the configuration and are few.
    private var lanes: [LaneKey: HostLane] = [:]
    /// By route and text. Those that carry a dossier's code are used once: then all are forgotten.
    private var addresses: [[String: Address]]
    private static let addressesAtMost = 64
    /// Of the routes that keep cookies. Outlive the handles that they serve.
    private let jars: [CookieJar?]
    private var active: [Transfer] = []
    /// By route, because what a handle was made with cannot be taken off it.
    private var idle: [[Transfer]]
    private var ended: [HTTPCompletion] = []
    /// No waiting exchange's time is over before this; microseconds.
    private var nextExpiry = Int64.max

    private struct LaneKey: Hashable {
        var route: Int
        var host: String
    }

    init(_ routes: [TransferSettings], _ hub: TransferHub) {
        self.routes = routes
        self.hub = hub
        jars = routes.map { $0.cookies ? CookieJar() : nil }
        idle = Array(repeating: [], count: routes.count)
        addresses = Array(repeating: [:], count: routes.count)
    }

    func run() {
        ignoreBrokenPipes()
        while true {
            let (exchanges, closed) = hub.take()
            for exchange in exchanges { enqueue(exchange) }
            if closed { return end() }
            startWhatMay()
            var running: Int32 = 0
            curl_multi_perform(hub.multi, &running)
            harvest()
            expire()
            startWhatMay()
            publish()
            wait()
        }
    }

    private func enqueue(_ exchange: HTTPExchange) {
        guard routes.indices.contains(exchange.route) else {
            ended.append(exchange.unsent(.unsendable, CurlRefusal(CURLE_BAD_FUNCTION_ARGUMENT)))
            return
        }
        guard let address = address(exchange.request.url, exchange.route) else {
            ended.append(exchange.unsent(.unsendable, CurlRefusal(CURLE_URL_MALFORMAT)))
            return
        }
        let timeout = min(max(1, exchange.request.timeoutMilliseconds), 86_400_000)
        let deadline = monotonicMicroseconds() + timeout * 1000
        nextExpiry = min(nextExpiry, deadline)
        address.lane.append(
            HostLane.Waiting(exchange: exchange, address: address, deadline: deadline))
    }

    private func address(_ url: String, _ route: Int) -> Address? {
        if let known = addresses[route][url] { return known }
        let settings = routes[route]
        let key = LaneKey(route: route, host: Address.host(of: url))
        let lane =
            lanes[key]
            ?? HostLane(
                limit: max(1, settings.maxConnectionsPerHost), sharesConnections: settings.http2)
        guard let address = Address(url, lane: lane) else { return nil }
        lanes[key] = lane
        if addresses[route].count >= TransferEngine.addressesAtMost { addresses[route] = [:] }
        addresses[route][url] = address
        return address
    }

    private func startWhatMay() {
        for lane in lanes.values {
            while let item = lane.startNext() { start(item, in: lane) }
        }
    }

    private func start(_ item: HostLane.Waiting, in lane: HostLane) {
        let route = item.exchange.route
        switch idle[route].popLast().map(Result.success)
            ?? Transfer.make(routes[route], cookies: jars[route])
        {
        case .success(let transfer):
            if item.exchange.beginsSession { jars[route]?.forget(transfer.easy) }
            var problem = transfer.load(item, in: lane)
            if problem == nil, curl_multi_add_handle(hub.multi, transfer.easy) != CURLM_OK {
                problem = CurlRefusal(CURLE_OUT_OF_MEMORY)
            }
            if let problem {
                idle[route].append(transfer)
                refuse(item.exchange, problem, in: lane)
            } else {
                transfer.route = route
                transfer.slot = active.count
                active.append(transfer)
            }
        case .failure(let refusal): refuse(item.exchange, refusal, in: lane)
        }
    }

    private func refuse(_ exchange: HTTPExchange, _ refusal: CurlRefusal, in lane: HostLane) {
        lane.ended()
        ended.append(exchange.unsent(.unsendable, refusal))
    }

    /// Collects what has ended, in libcurl's order.
    private func harvest() {
        var code = CURLE_OK
        while let easy = shim_multi_next_completion(hub.multi, &code) {
            guard let transfer = Transfer.of(easy) else { continue }
            ended.append(transfer.completion(code))
            jars[transfer.route]?.answered(transfer.easy)
            curl_multi_remove_handle(hub.multi, easy)
            retire(transfer)
        }
    }

    private func retire(_ transfer: Transfer) {
        transfer.lane?.ended()
        transfer.lane = nil
        let last = active.removeLast()
        if last !== transfer {
            last.slot = transfer.slot
            active[last.slot] = last
        }
        // What a peak needed is not kept for ever.
        if idle[transfer.route].count < 256 { idle[transfer.route].append(transfer) }
    }

    /// Ends the exchanges that waited for their host until their time was over.
    private func expire() {
        guard nextExpiry < .max else { return }
        let now = monotonicMicroseconds()
        guard nextExpiry <= now else { return }
        let over = CurlRefusal(CURLE_OPERATION_TIMEDOUT)
        for lane in lanes.values {
            ended.append(contentsOf: lane.expire(now).map { $0.unsent(.timedOut, over) })
        }
        nextExpiry = lanes.values.compactMap(\.earliestDeadline).min() ?? .max
    }

    private func publish() {
        guard !ended.isEmpty else { return }
        hub.publish(ended)
        ended = []
    }

    /// Sleeps until a socket, a time-out of libcurl's or of a waiting exchange, or the hub calls.
    private func wait() {
        guard hub.mayWait() else { return }
        var milliseconds = TransferLoop.longestRest
        if nextExpiry < .max {
            milliseconds = min(
                milliseconds, max(0, nextExpiry - monotonicMicroseconds()) / 1000 + 1)
        }
        curl_multi_poll(hub.multi, nil, 0, Int32(milliseconds), nil)
    }

    /// Cancels what is under way and frees every handle, on this thread and before it is joined: OpenSSL
    /// takes itself down at the process's exit, and a handle freed after that crashes.
    private func end() {
        harvest()
        for transfer in active {
            ended.append(transfer.cancellation())
            curl_multi_remove_handle(hub.multi, transfer.easy)
        }
        for lane in lanes.values {
            ended.append(contentsOf: lane.takeAll().map { $0.cancelled })
        }
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

/// The corresponding C function is `clock_gettime(CLOCK_MONOTONIC)`, the clock of libcurl's time-outs.
func monotonicMicroseconds() -> Int64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000
}
