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
    }

    static func off(_ name: String) -> String {
        switch name {
        case "burst_length": "1"
        default: "0"
        }
    }

    func answer(_ request: HTTPRequest) -> ServedReply {
        answered += 1
        return portal.answer(PortalSite.served(request), now: clock.truth)
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
