internal import Sandbox
internal import Wire

/// One national system of the world: the sandbox's own code, without its sockets.
final class PortalSite {
    let name: String
    let portal: Portal
    let plan: Plan.PortalPlan
    private let clock: VirtualClock
    private let trace: Trace
    let meter: Meter
    /// Away for good: what is owed to it stays owed.
    var isLost = false
    private(set) var answered = 0
    private(set) var isAway = false
    /// What it refuses us for at the moment, whatever is asked; nil when it does not.
    private(set) var storm: Storm?
    private(set) var storms = 0
    /// The digests of what came under each idempotency key.
    private var contents: [String: Digest] = [:]
    /// Set when a key came with other content than before.
    private(set) var brokenKey: String?

    /// Why a whole destination refuses us, which no dossier can help.
    enum Storm: String, CaseIterable {
        case unauthorized, forbidden, moved, password, certificate

        var status: Int? {
            switch self {
            case .unauthorized: 401
            case .forbidden: 403
            case .moved: 404
            case .password, .certificate: nil
            }
        }
    }

    init(
        name: String, plan: Plan.PortalPlan, people: People, seed: UInt64, clock: VirtualClock,
        trace: Trace
    ) {
        self.name = name
        self.plan = plan
        self.clock = clock
        self.trace = trace
        meter = Meter(name: name, plan: plan)
        var settings = PortalSettings(catalogue: CaseMaker.catalogue, people: people)
        settings.seed = seed
        settings.populationURL = "https://\(name).example/dancu"
        portal = Portal(settings)
        for (switchName, value) in plan.nature { set(switchName, value, isTold: false) }
    }

    func set(_ name: String, _ value: String, isTold: Bool = true) {
        if isLost, name == "outage", value != "refuse" { return }
        if name == "outage" { isAway = value != "none" }
        let reason = portal.set(name, value, now: clock.truth)
        precondition(reason == nil, "switch \(name)=\(value): \(reason ?? "")")
        if isTold { trace.note("\(self.name) ! \(name)=\(value)") }
    }

    /// Whether what it holds are dossiers: not the population database, not the interlinking software.
    static func holdsDossiers(_ name: String) -> Bool {
        name != "population" && name != GroupCase.destination
    }

    /// Every fault off; what the portal is like stays.
    func calm() {
        for (name, _) in plan.faults where !isLost { set(name, PortalSite.off(name)) }
        set("outage", "none")
        endStorm()
    }

    func beginStorm(_ kind: Storm) {
        storm = kind
        storms += 1
        if kind == .password { set("login_refused", "1", isTold: false) }
        trace.note("\(name) ! storm: \(kind.rawValue)")
    }

    func endStorm() {
        guard let kind = storm else { return }
        storm = nil
        if kind == .password { set("login_refused", "0", isTold: false) }
        trace.note("\(name) ! storm is over")
    }

    static func off(_ name: String) -> String {
        switch name {
        case "burst_length": "1"
        default: "0"
        }
    }

    func answer(_ request: HTTPRequest) -> ServedReply {
        answered += 1
        if let status = storm?.status {
            meter.forgets()
            return ServedReply(status: status, body: .bytes(Array("refused".utf8)))
        }
        compareKey(request)
        return portal.answer(PortalSite.served(request), now: clock.truth)
    }

    /// The same key means the same content, on every retry and after every crash.
    private func compareKey(_ request: HTTPRequest) {
        guard
            let key = request.headers.first(where: { $0.name.lowercased() == "idempotency-key" })?
                .value,
            let data = request.body.firstRange(of: Array("\"data\":".utf8)),
            let end = request.body.lastIndex(of: UInt8(ascii: "]"))
        else { return }
        let digest = SHA256.digest(Array(request.body[data.upperBound...end]))
        if let before = contents.updateValue(digest, forKey: key), before != digest {
            brokenKey = key
        }
    }

    /// Dossiers that it has lost by itself, once or more often.
    private(set) var mislaid: Set<String> = []

    func mislay(_ code: String) {
        portal.lose(code)
        mislaid.insert(code)
        trace.note("\(name) ! loses \(code)")
    }

    /// Dossiers that were asked about or sent.
    private(set) var heardOf: Set<String> = []

    /// A request to it leaves the daemon, whose machine believes that it is `now`.
    func meters(_ request: HTTPRequest, code: String, now: Moment) {
        heardOf.insert(code)
        let isGood = meter.session.map { portal.takes(session: $0, now: clock.truth) } ?? false
        meter.sends(
            isLogin: PortalSite.isLogin(request), isGood: isGood, isAway: isAway, now: now)
    }

    /// An answer reached the daemon.
    func gives(_ response: HTTPResponse, to request: HTTPRequest) {
        guard PortalSite.isLogin(request) else { return }
        let text = String(decoding: response.body, as: UTF8.self)
        for name in ["\"session\":\"", "\"token\":\""] {
            guard let range = text.firstRange(of: name) else { continue }
            let session = String(text[range.upperBound...].prefix { $0 != "\"" })
            if !session.isEmpty { meter.gives(session: session, now: clock.steady) }
        }
    }

    private static func isLogin(_ request: HTTPRequest) -> Bool {
        request.url.hasSuffix("/login") || request.url.hasSuffix("/token")
    }

    var refuses: Bool { portal.refusesConnections(now: clock.truth) }

    /// What it holds, a line each, in the order of codes.
    func holdings() -> [[UInt8]] {
        let request = ServedRequest(method: "GET", path: "/sandbox/holdings")
        guard case .stream(let next) = portal.answer(request, now: clock.truth).body else {
            return []
        }
        var bytes: [UInt8] = []
        while let chunk = next() { bytes += chunk }
        return bytes.split(separator: UInt8(ascii: "\n")).map { Array($0) }
    }

    /// How many steps it holds of a dossier, as its own pages show them; nil when it has not got it.
    func steps(of code: String) -> Int? {
        let request = ServedRequest(
            method: "GET", path: "/sandbox/holdings", query: ["code": code])
        guard case .stream(let next) = portal.answer(request, now: clock.truth).body,
            let line = next(), let held = HeldRecord(line: line)
        else { return nil }
        return held.record.progress.count
    }

    /// What the interlinking software has been told: statuses by its own number of the dossier.
    func statuses() -> [String: [Int]] {
        let request = ServedRequest(method: "GET", path: "/sandbox/groups")
        let bytes = portal.answer(request, now: clock.truth).bytes
        var found: [String: [Int]] = [:]
        for item in (try? JSONValue(parsing: bytes))?["dossiers"]?.items ?? [] {
            let told = item["statuses"]?.text ?? ""
            found[item["soHoSoLT"]?.text ?? ""] = told.split(separator: ",").compactMap { Int($0) }
        }
        return found
    }

    static func served(_ request: HTTPRequest) -> ServedRequest {
        let rest = request.url.drop { $0 != ":" }.dropFirst(3)
        let host = rest.prefix { $0 != "/" }
        let path = rest.dropFirst(host.count).prefix { $0 != "?" }
        var headers = ServedHeaders()
        headers.host = String(host)
        for header in request.headers {
            switch header.name.lowercased() {
            case "content-type": headers.contentType = header.value
            case "charset": headers.charset = header.value
            case "dstcode": headers.destination = header.value
            case "idempotency-key": headers.idempotencyKey = header.value
            case "authorization": headers.authorization = header.value
            case "timestamp": headers.timestamp = header.value
            case "soapaction": headers.soapAction = header.value
            default: break
            }
        }
        return ServedRequest(
            method: request.method.rawValue, path: String(path), headers: headers,
            body: request.body, isSecure: true)
    }
}
