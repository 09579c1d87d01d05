internal import Dossiers
internal import Operating
internal import Outbox
internal import Wire

/// What operators do beside the daemon, through the same desk as `lienthongd queue` and `resync`.
final class Operators {
    private let draw: Draw
    private let office: Office
    private let plan: Plan
    let sites: [PortalSite]
    let trace: Trace
    /// Lanes whose content somebody gave up, which the destination need not have.
    var discarded: Set<String> = []
    private(set) var acts = 0
    /// A request that resends states was made: redundant updates are wanted.
    private(set) var hasForced = false

    init(draw: Draw, office: Office, sites: [PortalSite], plan: Plan, trace: Trace) {
        self.draw = draw
        self.office = office
        self.sites = sites
        self.plan = plan
        self.trace = trace
    }

    static func lane(_ destination: String, _ code: String) -> String { "\(destination)/\(code)" }

    /// One command. A store that cannot be written refuses it, which is told to the operator.
    func act(directory: String, vfs: String, now: Timestamp) {
        acts += 1
        do {
            let desk = try OperatorDesk(directory: directory, actor: "operator", vfs: vfs)
            let reader = try StoreReader(directory: directory, vfs: vfs)
            switch draw.below(plan.discards ? 9 : 8) {
            case 0, 1: try resync(desk, now)
            case 2, 3: try move(desk, reader, now)
            case 4: try decide(desk, reader, now)
            case 5: try acknowledge(desk, reader, now)
            case 8: try discard(desk, reader, now)
            default:
                let result = try desk.retry(DeliveryFilter(), now: now)
                trace.note("operator ! retries \(result.deliveries)")
            }
        } catch {
            trace.note("operator ! is refused")
        }
    }

    /// Everything that waits for a person, done: paused requests go on, what only he can know is said, and what
    /// was parked is tried again.
    func attend(directory: String, vfs: String, now: Timestamp) throws {
        let desk = try OperatorDesk(directory: directory, actor: "operator", vfs: vfs)
        let reader = try StoreReader(directory: directory, vfs: vfs)
        for request in try reader.requests() where request.state == .paused {
            _ = try desk.move(request.id, to: .open, now: now)
        }
        try decide(desk, reader, now)
        if try reader.deletionCounts().alarm != nil {
            let count = try desk.confirmDisappearance(reason: "they are gone", now: now)
            trace.note("operator ! confirms that \(count) rows are gone")
        }
        let result = try desk.retry(DeliveryFilter(), now: now)
        if result.deliveries > 0 { trace.note("operator ! retries \(result.deliveries)") }
    }

    /// Asks for everything to be sent once more.
    func resyncAll(directory: String, vfs: String, now: Timestamp) throws {
        let desk = try OperatorDesk(directory: directory, actor: "operator", vfs: vfs)
        var filter = ResyncFilter()
        filter.isOnlyDifferent = false
        hasForced = true
        let id = try desk.request(filter, now: now)
        trace.note("operator ! asks for resync \(id) of everything")
    }

    private func resync(_ desk: OperatorDesk, _ now: Timestamp) throws {
        var filter = ResyncFilter()
        filter.isOnlyDifferent = draw.happens(0.5)
        if draw.happens(0.3), !office.keys.isEmpty {
            filter.codes = (0..<(1 + draw.below(5))).map { _ in
                office.code(draw.one(of: office.keys))
            }
            if draw.happens(0.3) { filter.codes.append("H21.129-000000-9999") }
        }
        if draw.happens(0.2) {
            filter.since = now.adding(milliseconds: -draw.spread(1...7_200_000))
        }
        if draw.happens(0.2) {
            filter.until = now.adding(milliseconds: -draw.spread(1...7_200_000))
        }
        if draw.happens(0.2) { filter.procedures = [draw.one(of: CaseMaker.procedures).local] }
        if draw.happens(0.2) { filter.units = [draw.one(of: CaseMaker.units).0] }
        if draw.happens(0.3) {
            filter.destinations = [DestinationID(draw.one(of: Plan.destinations))]
        }
        if !filter.isOnlyDifferent { hasForced = true }
        let id = try desk.request(filter, now: now)
        trace.note("operator ! asks for resync \(id)\(filter.isOnlyDifferent ? "" : ", forced")")
    }

    private func acknowledge(_ desk: OperatorDesk, _ reader: StoreReader, _ now: Timestamp) throws {
        let held = try reader.deletions(.held)
        guard !held.isEmpty else { return }
        let code = DossierCode(draw.one(of: held).code)
        let count = try desk.acknowledgeDeletions([code], reason: "withdrawn", now: now)
        trace.note("operator ! acknowledges \(count) deletions")
    }

    private func move(_ desk: OperatorDesk, _ reader: StoreReader, _ now: Timestamp) throws {
        let requests = try reader.requests()
        guard !requests.isEmpty else { return }
        let request = draw.one(of: requests)
        // What a decision has asked for is not given up.
        if request.filter.codes.count == 1, request.filter.isOnlyDifferent { return }
        let state = draw.one(of: [OperatorRequest.State.paused, .open, .cancelled])
        let isMoved = try desk.move(request.id, to: state, now: now)
        if isMoved { trace.note("operator ! request \(request.id) \(state.name)") }
    }

    private func discard(_ desk: OperatorDesk, _ reader: StoreReader, _ now: Timestamp) throws {
        let parked = try reader.parked(DeliveryFilter())
        guard !parked.isEmpty else { return }
        let entry = draw.one(of: parked)
        // Given up even if the confirmation of the commit is lost.
        discarded.insert(Operators.lane(entry.destination, entry.code))
        let filter = DeliveryFilter(ids: [DeliveryID(entry.delivery)])
        _ = try desk.discard(filter, reason: "simulated", now: now)
        trace.note("operator ! discards \(entry.destination) \(entry.code)")
    }
}
