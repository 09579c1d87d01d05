internal import Couriers
internal import Wire

/// A portal with a capacity: so many servers with a service time, a queue in front of them, and what it does
/// with what does not fit. Speaks the dialect of the contract `dvcqg-adapter`.
///
/// Effects are real: it knows which dossiers and which steps it holds, and how often each step was applied.
package final class VirtualPortal {
    package struct Capacity {
        package var servers: Int
        /// Mean service time of one request, in microseconds.
        package var service: Int64
        /// True for exponentially distributed service times; else all are equal.
        package var isRandom = false
        /// There and back on the wire, in microseconds.
        package var network: Int64
        /// How many requests may wait for a server; what comes then is answered with ``overload``.
        package var queue: Int
        package var overload = Reply(status: 429)

        package init(servers: Int, service: Int64, network: Int64 = 200, queue: Int = 1_000_000) {
            self.servers = servers
            self.service = service
            self.network = network
            self.queue = queue
        }

        /// Requests per second.
        package var perSecond: Double { Double(servers) * 1_000_000 / Double(service) }
        /// A round trip without a queue, in microseconds.
        package var roundTrip: Int64 { service + network }
    }

    package struct Reply: Equatable {
        package var status: Int
        package var body = "{}"
        package var retryAfter: String?

        package init(status: Int, body: String = "{}", retryAfter: String? = nil) {
            self.status = status
            self.body = body
            self.retryAfter = retryAfter
        }
    }

    package enum Health {
        case well
        /// The connection is refused.
        case refusing
        /// Nothing ever comes back; the request may have had its effect.
        case silent(acts: Bool)
        /// TLS fails.
        case insecure
        /// The same answer to everything, logins included.
        case answering(Reply)
        /// That share of all requests but logins is answered so.
        case ailing(share: Double, Reply)
        /// The connection of that share breaks; every other of them has had its effect.
        case dropping(share: Double)
        /// Logins are refused.
        case lockingOut
        /// Logins are answered so, everything else as ever.
        case answeringLogins(Reply)
    }

    /// One request as it came.
    package struct Request {
        package enum Kind: String { case login, create, update, history, probe, other }
        package var kind: Kind
        package var code: String
        package var session: String
        package var content: String
        package var steps: [String]
    }

    package var capacity: Capacity {
        didSet { resize() }
    }
    package var health = Health.well
    /// Requests per second, beyond which it answers 429; nil for no limit.
    package var limit: Double?
    /// What it answers beyond its limit.
    package var overLimit = Reply(status: 429)
    private var room = 0.0
    private var filledAt: Int64 = 0
    /// Told of every request as it comes.
    package var heard: (Request) -> Void = { _ in }
    /// An answer for one request out of its turn; nil leaves it to the portal.
    package var exception: (Request) -> Reply? = { _ in nil }

    package private(set) var tally = VirtualTally()
    package private(set) var holdings: [String: String] = [:]
    /// How often each step of each dossier was applied.
    package private(set) var steps: [String: Int] = [:]
    /// What each dossier holds, in the order of arrival.
    package private(set) var order: [String: [String]] = [:]

    private let clock: VirtualClock
    private var random: SeededRandom
    private var sessions: Set<String> = []
    /// When each server is free.
    private var free: [Int64]
    /// When each accepted request is taken up; those that are past are dropped.
    private var starts: [Int64] = []

    package init(_ capacity: Capacity, clock: VirtualClock, seed: UInt64 = 1) {
        self.capacity = capacity
        self.clock = clock
        random = SeededRandom(seed: seed)
        free = Array(repeating: 0, count: capacity.servers)
    }

    package func expireSessions() { sessions = [] }

    private func resize() {
        while free.count < capacity.servers { free.append(clock.microseconds) }
        if free.count > capacity.servers { free = Array(free.sorted().prefix(capacity.servers)) }
    }

    // MARK: Serving

    /// Takes a request; when it ends, and how.
    func serve(_ exchange: HTTPExchange) -> (at: Int64, Result<HTTPResponse, HTTPFailure>) {
        let body = (try? JSONValue(parsing: exchange.request.body)) ?? .null
        let request = read(body)
        let now = clock.microseconds
        tally.count(request.kind, at: now)
        heard(request)
        let wire = now + capacity.network
        let deadline = now + exchange.request.timeoutMilliseconds * 1000
        switch health {
        case .refusing: return (wire, failure(.unreachable, false))
        case .insecure: return (wire, failure(.insecure, false))
        case .silent(let acts):
            if acts { _ = act(request) }
            return (deadline, failure(.timedOut, true))
        case .answering(let reply): return refuse(reply, at: wire)
        case .lockingOut where request.kind == .login:
            return (wire, .success(answer(#"{"error_code":"-1","message":"Sai mật khẩu"}"#)))
        case .ailing(let share, let reply) where request.kind != .login:
            if Double.random(in: 0..<1, using: &random) < share { return refuse(reply, at: wire) }
        case .dropping(let share) where request.kind != .login:
            if Double.random(in: 0..<1, using: &random) < share {
                if random.next() & 1 == 0 { _ = act(request) }
                tally.rejected(at: now)
                return (wire + capacity.service, failure(.interrupted, true))
            }
        case .answeringLogins(let reply) where request.kind == .login:
            return refuse(reply, at: wire)
        case .well, .ailing, .dropping, .lockingOut, .answeringLogins: break
        }
        if let limit, !admits(limit, now) {
            return refuse(overLimit, at: wire)
        }
        if let reply = exception(request) { return refuse(reply, at: wire) }
        guard let end = takeUp(at: now + capacity.network / 2) else {
            return refuse(capacity.overload, at: wire)
        }
        let text = act(request)
        let back = end + capacity.network / 2
        guard back <= deadline else { return (deadline, failure(.timedOut, true)) }
        tally.served += 1
        return (back, .success(answer(text)))
    }

    /// A tenth of a second's worth may come at once.
    private func admits(_ limit: Double, _ now: Int64) -> Bool {
        room = min(max(1, limit / 10), room + Double(now - filledAt) / 1_000_000 * limit)
        filledAt = now
        guard room >= 1 else { return false }
        room -= 1
        return true
    }

    /// When a server is done with a request that arrives then; nil when the queue is full.
    private func takeUp(at arrival: Int64) -> Int64? {
        starts.removeAll { $0 <= arrival }
        guard let server = free.indices.min(by: { free[$0] < free[$1] }) else { return nil }
        let start = max(arrival, free[server])
        if start > arrival {
            guard starts.count < capacity.queue else { return nil }
            starts.append(start)
        }
        tally.waited(start - arrival)
        free[server] = start + serviceTime()
        return free[server]
    }

    private func serviceTime() -> Int64 {
        guard capacity.isRandom else { return capacity.service }
        // Exponential by a table-free inversion: the sum of halvings that chance allows, refined linearly.
        var whole = 0.0
        while random.next() & 1 == 1, whole < 12 { whole += 0.693147 }
        let rest = Double.random(in: 0..<1, using: &random)
        // -ln(1 - x/2) for x in 0..<1, to two parts in a thousand.
        let x = rest / 2
        let tail = x + x * x / 2 + x * x * x / 3 + x * x * x * x / 4 + x * x * x * x * x / 5
        return max(1, Int64((whole + tail) * Double(capacity.service)))
    }

    private func refuse(_ reply: Reply, at time: Int64)
        -> (at: Int64, Result<HTTPResponse, HTTPFailure>)
    {
        tally.rejected(at: clock.microseconds)
        return (
            time,
            .success(
                HTTPResponse(
                    status: reply.status, body: Array(reply.body.utf8),
                    retryAfter: reply.retryAfter, contentType: "application/json"))
        )
    }

    private func answer(_ text: String) -> HTTPResponse {
        HTTPResponse(status: 200, body: Array(text.utf8), contentType: "application/json")
    }

    private func failure(_ kind: HTTPFailure.Kind, _ mayHaveArrived: Bool)
        -> Result<HTTPResponse, HTTPFailure>
    {
        .failure(HTTPFailure(kind: kind, mayHaveArrived: mayHaveArrived, detail: "virtual"))
    }

    // MARK: The dialect

    private func read(_ body: JSONValue) -> Request {
        let records = body["data"]?.items ?? []
        var request = Request(
            kind: .other, code: records.first?["MaHoSo"]?.text ?? body["mahoso"]?.text ?? "",
            session: body["session"]?.text ?? "", content: records.first?["V"]?.text ?? "",
            steps: [])
        switch body["service"]?.text {
        case nil: request.kind = .login
        case "DongBoHoSoMC":
            request.kind = body["isUpdating"]?.text == "True" ? .update : .create
        case "CapNhatTienDoHoSoMC":
            request.kind = .history
            request.steps = records.compactMap { $0["NoiDungXuLy"]?.text }
        case "TraCuuHoSo": request.kind = .probe
        default: break
        }
        return request
    }

    private static let ok = #"{"error_code":"0","message":"OK"}"#
    private static let missing = #"{"error_code":"-1","message":"Hồ sơ không tồn tại"}"#

    private func act(_ request: Request) -> String {
        if request.kind == .login {
            let session = "S-\(random.next())"
            sessions.insert(session)
            return #"{"error_code":0,"message":"OK","session":"\#(session)"}"#
        }
        guard sessions.contains(request.session) else {
            return #"{"error_code":"-1","message":"Session hết hạn"}"#
        }
        let isThere = holdings[request.code] != nil
        switch request.kind {
        case .create where isThere: return #"{"error_code":"-3","message":"Hồ sơ đã tồn tại"}"#
        case .create: holdings[request.code] = request.content
        case .update where isThere: holdings[request.code] = request.content
        case .history where isThere:
            for step in request.steps {
                steps["\(request.code) \(step)", default: 0] += 1
                order[request.code, default: []].append(step)
            }
        case .probe: return found(request.code)
        default: return VirtualPortal.missing
        }
        return VirtualPortal.ok
    }

    private func found(_ code: String) -> String {
        guard holdings[code] != nil else {
            return #"{"error_code":"0","message":"OK","result":[]}"#
        }
        let held = (order[code] ?? []).map {
            #"{"ThoiDiemXuLy":"20260105080010","TrangThai":"4","NoiDungXuLy":"\#($0)"}"#
        }
        return #"{"error_code":"0","message":"OK","result":[{"MaHoSo":"\#(code)","TienDo":["#
            + held.joined(separator: ",") + "]}]}"
    }
}
