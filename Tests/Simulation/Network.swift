internal import Couriers
internal import LienThong
internal import Sandbox
internal import Wire

/// The transport seam: a network in virtual time between one life of the daemon and the portals.
///
/// Requests on different connections overtake one another; each arrives once or not at all, as HTTP has
/// it; an answer may be lost, late, cut short or garbled. What was sent before a crash may still arrive.
final class Network {
    private let plan: Plan.NetworkPlan
    private let sites: [PortalSite]
    private let agenda: Agenda
    private let clock: VirtualClock
    private let draw: Draw
    private let trace: Trace
    var isCalm = false
    private(set) var sent = 0
    private(set) var faults: [String: Int] = [:]
    /// Requests that a broken connection leaves at work arrive within the destination's quiet time.
    let quietDelay: Int64
    /// …and those that a dead process leaves, within the time for which the next one holds back.
    let quietAfterStart: Int64

    init(
        plan: Plan.NetworkPlan, settings: [CourierSettings], sites: [PortalSite], agenda: Agenda,
        clock: VirtualClock, draw: Draw, trace: Trace
    ) {
        quietDelay = settings.map(\.policy.quietDelay).min() ?? 0
        quietAfterStart = settings.map(\.quietAfterStart).min() ?? 0
        self.plan = plan
        self.sites = sites
        self.agenda = agenda
        self.clock = clock
        self.draw = draw
        self.trace = trace
    }

    func send(_ exchange: HTTPExchange, on line: Line) {
        sent += 1
        let site = sites[exchange.route]
        let request = exchange.request
        let words = Network.label(request)
        let label = "\(site.name) \(words)"
        let asked = site.asked(request, words)
        site.leaves(asked, now: clock.now)
        site.underWay += 1
        let leaving = Sent(exchange: exchange, asked: asked)
        let latency = way()
        if site.refuses || hits("refused", plan.refused) {
            trace.note("\(label) is refused a connection")
            return end(line, leaving, in: latency, .unreachable, arrived: false)
        }
        if site.storm == .certificate {
            return end(line, leaving, in: latency, .insecure, arrived: false)
        }
        let timeout = request.timeoutMilliseconds
        if hits("lost request", plan.lostRequest) {
            trace.note("\(label) is lost")
            return end(line, leaving, in: timeout, .timedOut, arrived: true)
        }
        if hits("late arrival", plan.lateArrival) {
            let isTimedOut = draw.happens(0.5)
            let broken = isTimedOut ? timeout : draw.within(1...1_000)
            end(line, leaving, in: broken, isTimedOut ? .timedOut : .interrupted, arrived: true)
            trace.note("\(label) will be late")
            let late = broken + draw.within(0...(quietDelay - 500))
            return agenda.add(in: late) { [self] in
                // What a dead process leaves at work is done within the quiet time after a start.
                guard !line.isForgotten(at: clock.steady) else { return }
                _ = arrive(request, at: site, label)
            }
        }
        if latency >= timeout {
            end(line, leaving, in: timeout, .timedOut, arrived: true)
            return
        }
        agenda.add(in: latency) { [self] in
            let reply = arrive(request, at: site, label)
            answer(reply, to: leaving, on: line, spent: latency)
        }
    }

    /// What is on its way, with what the promises want to know of it.
    private struct Sent {
        let exchange: HTTPExchange
        let asked: PortalSite.Asked
    }

    /// How long one way takes.
    private func way() -> Int64 {
        if isCalm { return draw.spread(1...50) }
        return plan.isSlowAlways ? draw.within(1...plan.latency) : draw.spread(1...plan.latency)
    }

    private func arrive(_ request: HTTPRequest, at site: PortalSite, _ label: String) -> ServedReply
    {
        let reply = site.answer(request)
        trace.note("\(label) arrives: \(reply.status) \(reply.bytes.count) \(Network.word(reply))")
        return reply
    }

    private func answer(
        _ reply: ServedReply, to sent: Sent, on line: Line, spent: Int64
    ) {
        let exchange = sent.exchange
        let left = exchange.request.timeoutMilliseconds - spent
        var latency = way()
        if hits("lost answer", plan.lostAnswer) {
            return draw.happens(0.5)
                ? end(line, sent, in: left, .timedOut, arrived: true)
                : end(line, sent, in: min(latency, left), .interrupted, arrived: true)
        }
        switch reply.manner {
        case .whole: break
        case .dropped, .truncated:
            return end(line, sent, in: min(latency, left), .interrupted, arrived: true)
        case .delayed(let milliseconds), .dripping(let milliseconds): latency += milliseconds
        }
        guard latency < left else {
            return end(line, sent, in: left, .timedOut, arrived: true)
        }
        if reply.contentEncoding != nil {
            return end(line, sent, in: latency, .tooLarge, arrived: true)
        }
        let response = HTTPResponse(
            status: reply.status, body: reply.bytes, retryAfter: reply.retryAfter,
            contentType: reply.contentType)
        agenda.add(in: latency) { [sites] in
            sites[exchange.route].underWay -= 1
            if !line.isOver {
                sites[exchange.route].gives(response, to: exchange.request, sent.asked)
            }
        }
        line.complete(
            HTTPCompletion(
                token: exchange.token, result: .success(response),
                elapsedMicroseconds: (spent + latency) * 1000), in: latency)
    }

    private func end(
        _ line: Line, _ sent: Sent, in delay: Int64, _ kind: HTTPFailure.Kind,
        arrived: Bool
    ) {
        let site = sites[sent.exchange.route]
        agenda.add(in: delay) {
            site.underWay -= 1
            if !line.isOver { site.ends(sent.asked) }
        }
        line.complete(
            HTTPCompletion(
                token: sent.exchange.token,
                result: .failure(
                    HTTPFailure(kind: kind, mayHaveArrived: arrived, detail: "simulated")),
                elapsedMicroseconds: delay * 1000), in: delay)
    }

    private func hits(_ fault: String, _ share: Double) -> Bool {
        guard !isCalm, draw.happens(share) else { return false }
        faults[fault, default: 0] += 1
        return true
    }

    /// Service, code and content of a request, without a person's data: the digest stands for the body.
    private static func label(_ request: HTTPRequest) -> String {
        let text = String(decoding: request.body, as: UTF8.self)
        func value(_ name: String) -> String? {
            guard let range = text.firstRange(of: "\"\(name)\":\"") else { return nil }
            return String(text[range.upperBound...].prefix { $0 != "\"" })
        }
        let service = value("service") ?? (request.url.hasSuffix("login") ? "login" : "soap")
        let update = value("isUpdating").map { " updating=\($0)" } ?? ""
        return "\(service)\(update) \(value("MaHoSo") ?? value("mahoso") ?? "")"
    }

    private static func word(_ reply: ServedReply) -> String {
        switch reply.manner {
        case .whole: "whole"
        case .dropped: "dropped"
        case .delayed: "delayed"
        case .truncated: "truncated"
        case .dripping: "dripping"
        }
    }
}

/// One life's connections: what it sent, what came back, in order of ending.
///
/// Unchecked: a world and everything in it live on one thread.
final class Line: HTTPTransport, @unchecked Sendable {
    private let network: Network
    private let agenda: Agenda
    private let ring: () -> Void
    /// Asked after each request that leaves: whether the machine dies here.
    var dies: () -> Bool = { false }
    private var done: [HTTPCompletion] = []
    private var waiting: Set<UInt64> = []
    private var isClosed = false
    private(set) var isDead = false
    /// When its connections were closed, by death or in order (steady).
    private var closedAt: Int64?

    /// Whether nobody hears an answer any more.
    var isOver: Bool { closedAt != nil }

    init(network: Network, agenda: Agenda, ring: @escaping () -> Void) {
        self.network = network
        self.agenda = agenda
        self.ring = ring
    }

    func submit(_ exchanges: [HTTPExchange]) {
        for exchange in exchanges {
            if isDead { return }
            waiting.insert(exchange.token)
            guard !isClosed else {
                complete(Line.cancelled(exchange.token), in: 0)
                continue
            }
            network.send(exchange, on: self)
            if dies() { cut() }
        }
    }

    func completions() -> [HTTPCompletion] {
        defer { done = [] }
        return done
    }

    func complete(_ completion: HTTPCompletion, in delay: Int64) {
        agenda.add(in: delay) { [weak self] in
            guard let self, !isDead, waiting.remove(completion.token) != nil else { return }
            done.append(completion)
            ring()
        }
    }

    /// Everything under way ends as cancelled.
    func close() {
        isClosed = true
        closedAt = agenda.now
        for token in waiting.sorted() { done.append(Line.cancelled(token)) }
        waiting = []
    }

    /// The process is gone: nobody hears the answers.
    func cut() {
        isDead = true
        closedAt = closedAt ?? agenda.now
    }

    func isForgotten(at now: Int64) -> Bool {
        closedAt.map { now > $0 + network.quietAfterStart - 500 } ?? false
    }

    private static func cancelled(_ token: UInt64) -> HTTPCompletion {
        HTTPCompletion(
            token: token,
            result: .failure(
                HTTPFailure(kind: .cancelled, mayHaveArrived: true, detail: "simulated")),
            elapsedMicroseconds: 0)
    }
}
