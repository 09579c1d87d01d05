internal import Sandbox
internal import Wire

/// One national system of the world: the sandbox's own code, without its sockets.
final class PortalSite {
    let name: String
    let portal: Portal
    let plan: Plan.PortalPlan
    let clock: VirtualClock
    private let trace: Trace
    let meter: Meter
    /// Away for good: what is owed to it stays owed.
    var isLost = false
    private(set) var answered = 0
    private(set) var isAway = false
    /// What it refuses us for at the moment, whatever is asked; nil when it does not.
    private(set) var storm: Storm?
    private(set) var storms = 0
    /// How it answers at the moment, beside its switches; nil as its contract says.
    private(set) var mood: Mood?
    private(set) var moods: [Mood: Int] = [:]
    /// Since when (steady) no work can be had from it; nil while it can.
    private(set) var unwellSince: Int64?
    /// Requests since then.
    var sentInVain = 0
    /// Requests that have not been answered yet.
    var underWay = 0
    /// Until when (steady) it has asked to be left alone, all in all and by content.
    var leftAloneUntil: Int64 = .min
    var notBefore: [Digest: Int64] = [:]
    var doubts = Doubts()
    var persons = PersonsAsked()
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
        defer { if name == "outage" { noteHealth() } }
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
        isCalm = true
        let turns = plan.turns == nil ? [] : [("delay", 0.0), ("server_error", 0.0)]
        for (name, _) in plan.faults + plan.steady + turns where !isLost {
            set(name, PortalSite.off(name))
        }
        set("outage", "none")
        endStorm()
        endMood()
    }

    func beginStorm(_ kind: Storm) {
        storm = kind
        storms += 1
        if kind == .password { set("login_refused", "1", isTold: false) }
        trace.note("\(name) ! storm: \(kind.rawValue)")
        noteHealth()
    }

    func begin(_ mood: Mood) {
        self.mood = mood
        moods[mood, default: 0] += 1
        trace.note("\(name) ! mood: \(mood.rawValue)")
        noteHealth()
    }

    func endMood() {
        guard mood != nil else { return }
        mood = nil
        trace.note("\(name) ! mood is over")
        noteHealth()
    }

    var isUnwell: Bool { isAway || storm != nil || mood?.keepsOut == true }

    /// What keeps it from working, for a message.
    var trouble: String { mood?.rawValue ?? storm?.rawValue ?? (isAway ? "outage" : "none") }

    private func noteHealth() {
        if !isUnwell {
            unwellSince = nil
        } else if unwellSince == nil {
            (unwellSince, sentInVain) = (clock.steady, 0)
        }
    }

    func endStorm() {
        guard let kind = storm else { return }
        defer { noteHealth() }
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
        let isLogin = PortalSite.isLogin(request)
        if let reply = mood?.instead(isLogin: isLogin) {
            if !isLogin { meter.forgets() }
            return reply
        }
        if let capacity = plan.capacity, underWay > capacity, !isCalm { return PortalSite.crowded }
        compareKey(request)
        let reply = portal.answer(PortalSite.served(request), now: clock.truth)
        if isLogin { return reply }
        if plan.endsSessionsInItsOwnWords { return Mood.inItsOwnWords(reply) }
        guard let mood else { return reply }
        // Nobody can know that this does not say that the session is over.
        if mood == .foreignSuccess { meter.forgets() }
        return mood.reworded(reply)
    }

    private var isCalm = false
    private static var crowded: ServedReply {
        ServedReply(status: 503, contentType: "text/plain", body: .bytes(Array("Busy".utf8)))
    }

    /// The same key means the same content, on every retry and after every crash.
    private func compareKey(_ request: HTTPRequest) {
        guard
            let key = request.headers.first(where: { $0.name.lowercased() == "idempotency-key" })?
                .value,
            let digest = PortalSite.content(of: request)
        else { return }
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

    /// Dossiers that were asked about or sent, and when for the first time (steady).
    var heardOf: [String: Int64] = [:]

    /// An answer may be a login's.
    func noteSession(_ response: HTTPResponse, to request: HTTPRequest) {
        guard PortalSite.isLogin(request) else { return }
        let text = String(decoding: response.body, as: UTF8.self)
        for name in ["\"session\":\"", "\"token\":\""] {
            guard let range = text.firstRange(of: name) else { continue }
            let session = String(text[range.upperBound...].prefix { $0 != "\"" })
            if !session.isEmpty { meter.gives(session: session, now: clock.steady) }
        }
    }

    static func isLogin(_ request: HTTPRequest) -> Bool {
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
