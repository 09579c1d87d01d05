internal import Dossiers
internal import Outbox
internal import Sandbox
internal import Wire

// The ledger and the portals, each by its own account.
extension Invariants {
    /// What a lane's lines say was done about its headers and its steps.
    private struct Lines {
        var states = 0
        var histories = 0
        /// Sendings that may have had an effect, whatever came back.
        var stateTries = 0
        var historyTries = 0
    }

    /// Every line that says acknowledged has its effect at the portal, and every effect its line.
    func checkLedger() throws {
        let reader = try StoreReader(directory: world.directory, vfs: world.vfs.name)
        let lanes = try lines(reader)
        for site in world.sites where PortalSite.holdsDossiers(site.name) && !site.isLost {
            var seen: Set<String> = []
            for line in site.holdings() {
                guard let value = try? JSONValue(parsing: line), let code = value["code"]?.text
                else { continue }
                seen.insert(code)
                if site.mislaid.contains(code) { continue }
                try checkLedger(
                    value, code, site, lanes[Operators.lane(site.name, code)] ?? Lines())
                try checkEnd(of: code, site, listed: value["progress"]?.items?.count ?? 0, reader)
            }
            let prefix = Operators.lane(site.name, "")
            for (lane, lines) in lanes where lane.hasPrefix(prefix) {
                let code = String(lane.dropFirst(prefix.count))
                guard
                    lines.states + lines.histories == 0 || seen.contains(code)
                        || site.mislaid.contains(code)
                else {
                    throw Broken(
                        promise: "the ledger says acknowledged, the portal has nothing",
                        code: code, destination: site.name)
                }
            }
        }
    }

    private func checkLedger(
        _ held: JSONValue, _ code: String, _ site: PortalSite, _ lines: Lines
    ) throws {
        func broken(_ promise: String) -> Broken {
            Broken(promise: promise, code: code, destination: site.name)
        }
        func count(_ name: String) -> Int { held[name]?.text.flatMap { Int($0) } ?? 0 }
        let effects = count("creates") + count("updates")
        let listed = held["progress"]?.items?.count ?? 0
        // A repeated key is answered again without another effect.
        if !site.plan.honoursKeys, lines.states > effects {
            throw broken("\(lines.states) headers acknowledged, \(effects) taken by the portal")
        }
        if lines.histories > 0, listed == 0 {
            throw broken("steps acknowledged, none at the portal")
        }
        // What a store that was lost has written is lost with it.
        guard world.losses == 0 else { return }
        guard effects <= lines.stateTries else {
            throw broken("\(effects) headers at the portal, \(lines.stateTries) in the ledger")
        }
        guard listed == 0 || lines.historyTries > 0 else {
            throw broken("\(listed) steps at the portal, none in the ledger")
        }
    }

    /// With nothing owed, what counts as told is what is listed, neither more nor less.
    private func checkEnd(of code: String, _ site: PortalSite, listed: Int, _ reader: StoreReader)
        throws
    {
        let name = Operators.lane(site.name, code)
        guard !world.operators.discarded.contains(name),
            let story = try reader.dossier(DossierCode(code)),
            let lane = story.lanes.first(where: { $0.destination == site.name }),
            // What is held now may have been told by a store that was lost.
            world.losses == 0 || story.rows.allSatisfy({ $0.hold == nil })
        else { return }
        let told = lane.steps - lane.deliveries.reduce(0) { $0 + $1.stepCount }
        guard told == listed else {
            throw Broken(
                promise: "\(told) steps count as told, \(listed) are at the portal", code: code,
                destination: site.name)
        }
    }

    private func lines(_ reader: StoreReader) throws -> [String: Lines] {
        var lanes: [String: Lines] = [:]
        var last: Int64 = 0
        while case let page = try reader.ledger(after: last, limit: 5000), !page.isEmpty {
            for line in page where !line.code.isEmpty {
                let isTry = line.kind == .sent || line.settled == .interrupted
                let isDone = line.kind == .sent && line.settled == .acknowledged
                let name = Operators.lane(line.destination, line.code)
                switch line.operation {
                case .state:
                    lanes[name, default: Lines()].stateTries += isTry ? 1 : 0
                    lanes[name, default: Lines()].states += isDone ? 1 : 0
                case .history:
                    lanes[name, default: Lines()].historyTries += isTry ? 1 : 0
                    lanes[name, default: Lines()].histories += isDone ? 1 : 0
                case .verify, nil: break
                }
            }
            last = page.last?.sequence ?? .max
        }
        return lanes
    }
}
