internal import Sandbox
internal import Wire

/// One national system of the world: the sandbox's own code, without its sockets.
final class PortalSite {
    let name: String
    let portal: Portal
    let plan: Plan.PortalPlan
    private let clock: VirtualClock
    private let trace: Trace
    private(set) var answered = 0
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
        var settings = PortalSettings(catalogue: CaseMaker.catalogue, people: people)
        settings.seed = seed
        settings.populationURL = "https://\(name).example/dancu"
        portal = Portal(settings)
        for (switchName, value) in plan.nature { set(switchName, value, isTold: false) }
    }

    func set(_ name: String, _ value: String, isTold: Bool = true) {
        let reason = portal.set(name, value, now: clock.truth)
        precondition(reason == nil, "switch \(name)=\(value): \(reason ?? "")")
        if isTold { trace.note("\(self.name) ! \(name)=\(value)") }
    }

    /// Every fault off; what the portal is like stays.
    func calm() {
        for (name, _) in plan.faults { set(name, PortalSite.off(name)) }
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
