internal import Synchronization
package import Wire

/// The National Public Service Portal and the National Population Database, as strict as their
/// contracts, in one value that knows nothing of sockets: a request and a moment in, a reply out.
///
/// Requests are read and checked without the lock; what they change, they change under it, so replies
/// are as if requests came one at a time.
package final class Portal: Sendable {
    package let settings: PortalSettings
    let state: Mutex<PortalState>
    let attachments = AttachmentQueue()

    package init(_ settings: PortalSettings) {
        self.settings = settings
        state = Mutex(PortalState(settings))
    }

    package func answer(_ request: ServedRequest, now: Moment) -> ServedReply {
        if request.path.hasPrefix("/sandbox/") { return control(request, now: now) }
        let outage = state.withLock { state in
            state.counters.requests += 1
            return state.outage(now: now.steady)
        }
        switch outage {
        case "none": break
        case "503": return .text(503, "Service Unavailable")
        default: return .dropped
        }
        switch request.path {
        case settings.loginPath: return login(request, now: now)
        case settings.integrationPath: return data(request, .integration, now: now)
        case settings.sharePath: return data(request, .share, now: now)
        case settings.populationPath: return population(request, now: now)
        case settings.groupTokenPath: return groupToken(request, now: now)
        case settings.groupStatusPath: return groupStatus(request, now: now)
        default:
            note([Breach(.path, String(request.path.prefix(80)))], service: "", now: now)
            return .text(404, "Not Found")
        }
    }

    /// Whether new connections are refused at this moment.
    package func refusesConnections(now: Moment) -> Bool {
        state.withLock { $0.outage(now: now.steady) == "refuse" }
    }

    /// Whether a session that it gave would still be taken.
    package func takes(session: String, now: Moment) -> Bool {
        state.withLock { $0.sessions.isValid(session, now: now.steady) }
    }

    /// Forgets a dossier, whatever it has been told.
    package func lose(_ code: String) { state.withLock { $0.holdings.lose(code) } }

    /// Changes one switch, as `PUT /sandbox/faults` does; the reason when it cannot be.
    package func set(_ name: String, _ value: String, now: Moment) -> String? {
        state.withLock { state in
            if let reason = state.switches.set(name, value) { return reason }
            state.switched(now: now.steady)
            return nil
        }
    }

    /// Violations seen so far, and the latest of them.
    package var violations: (total: Int, latest: [Violation]) {
        state.withLock { ($0.violations.total, $0.violations.latest) }
    }

    /// How often each fault has struck, by the name of its switch.
    package var faultCounts: [String: Int] { state.withLock { $0.counters.faults } }

    /// How many dossiers it holds.
    package var dossierCount: Int { state.withLock { $0.holdings.count } }

    func note(_ breaches: [Breach], code: String = "", service: String, now: Moment) {
        state.withLock { $0.note(breaches, code: code, service: service, now: now) }
    }

    /// What both data endpoints and the population database ask of an HTTP request.
    func httpRefusal(_ request: ServedRequest, contentType: String, service: String, now: Moment)
        -> ServedReply?
    {
        guard request.method == "POST" else {
            note([Breach(.method, String(request.method.prefix(20)))], service: service, now: now)
            return .text(405, "Method Not Allowed")
        }
        let sent = (request.headers.contentType ?? "").lowercased()
        let parts = sent.split(separator: ";").map { String($0.trimmingSpaces) }
        let isRight =
            parts.first == contentType
            && parts.dropFirst().allSatisfy { $0 == "charset=utf-8" || $0 == "charset=\"utf-8\"" }
        guard isRight else {
            note([Breach(.contentType, "Content-Type")], service: service, now: now)
            return .text(415, "Unsupported Media Type")
        }
        if let charset = request.headers.charset, charset.lowercased() != "utf-8" {
            note([Breach(.charsetHeader, "Charset")], service: service, now: now)
        }
        return nil
    }
}

extension PortalState {
    mutating func note(_ breaches: [Breach], code: String = "", service: String, now: Moment) {
        for breach in breaches {
            violations.add(
                Violation(
                    rule: breach.rule, code: code, field: breach.field, service: service,
                    at: now.wall))
        }
    }
}

extension Substring {
    var trimmingSpaces: Substring {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return text
    }
}
