internal import Contracts
internal import Dossiers
internal import Operating
internal import Outbox
internal import Wire

// Only for deliveries whose claim is committed.
extension Courier {
    /// Everything that may go now.
    func launch(now: Moment) -> [HTTPExchange] {
        note(gate.tick(now: now), now: now)
        guard !isHalted(now) else { return [] }
        var exchanges: [HTTPExchange] = []
        if let login = launchLogin(now: now) { exchanges.append(login) }
        guard !settings.contract.needsSession || keeper.ticket != nil else { return exchanges }
        while !followUps.isEmpty, admit(isRepeat: false, now) == .goes {
            let next = followUps.removeFirst()
            if let exchange = launch([next.delivery], next.call, now: now) {
                exchanges.append(exchange)
            }
        }
        launchHalves(now: now, into: &exchanges)
        launchQueue(now: now, into: &exchanges)
        return exchanges
    }

    private func launchQueue(now: Moment, into exchanges: inout [HTTPExchange]) {
        var taken = [Bool](repeating: false, count: queue.count)
        for place in queue.indices where !taken[place] {
            let delivery = queue[place]
            if let wait = quiet(for: delivery, now: now) {
                guard hasRoom else { break }
                taken[place] = true
                putOff(delivery, wait, now: now)
                continue
            }
            let admission = admit(isRepeat: isRepeat(delivery), now)
            guard admission != .shut else { break }
            taken[place] = true
            if case .later(let wait) = admission {
                puttingOff.append((delivery.id, now.wall.adding(milliseconds: wait)))
                gate.keepsWaiting(wait)
                continue
            }
            switch chooser.first(
                for: delivery, now: now, firstSent: streaks[delivery.id]?.firstSent)
            {
            case .parked(let cause):
                park(delivery, cause, now: now)
            case .call(let call):
                // A trial is one delivery: as little as possible is in doubt when it is not answered.
                let group =
                    gate.isTrying
                    ? [place]
                    : planner.group(queue, from: place, kind: call, taken: taken) {
                        chooser.first(for: $0, now: now, firstSent: streaks[$0.id]?.firstSent)
                            == .call(call)
                    }
                for place in group { taken[place] = true }
                // None when the request cannot be built, which also opens the breaker.
                if let exchange = launch(group.map { queue[$0] }, call, now: now) {
                    exchanges.append(exchange)
                }
            }
        }
        let head = taken.firstIndex(of: false) ?? queue.count
        if taken[head...].contains(true) {
            queue = zip(queue, taken).filter { !$1 }.map { $0.0 }
        } else {
            queue.removeSubrange(..<head)
        }
    }

    func admit(isRepeat: Bool, _ now: Moment) -> Gate.Admission {
        gate.admit(isRepeat: isRepeat, now: now.steady, using: &random)
    }

    private var hasRoom: Bool { gate.hasRoom && gate.admitsTrial }

    /// What goes again because it failed; what was only asked about first does not. An earlier process may have
    /// left it so.
    private func isRepeat(_ delivery: Delivery) -> Bool {
        streaks[delivery.id]?.isRepeat ?? (delivery.attempts > 0)
    }

    /// One request for these deliveries: several only of a kind that carries records.
    func launch(
        _ deliveries: [Delivery], _ kind: Call.Kind, isHalf: Bool = false, now: Moment
    ) -> HTTPExchange? {
        guard let first = deliveries.first,
            let asked = Flight.Asked(kind, for: deliveries),
            let key = BatchKey.make(of: deliveries, with: hasher)
        else { return nil }
        guard var request = build(asked, key: key, of: first, now: now) else {
            returning.append(contentsOf: deliveries.map(\.id))
            return nil
        }
        let usual = request.timeoutMilliseconds
        request.timeoutMilliseconds = gate.timeout(usual)
        let token = nextToken()
        let isTrusted =
            deliveries.count == 1
            && chooser.recognisesKey(
                of: first, now: now, firstSent: streaks[first.id]?.firstSent)
        flights[token] = Flight(
            deliveries: deliveries, asked: asked,
            pass: gate.went(
                isRepeat: isHalf || isRepeat(first),
                isFirst: !isHalf && deliveries.contains(where: isFirstAttempt),
                now: now.steady),
            sessionGeneration: settings.contract.needsSession ? keeper.ticket?.generation : nil,
            isKeyTrusted: isTrusted, cutShort: usual - request.timeoutMilliseconds, isHalf: isHalf)
        counters.sent += 1
        if kind == .probe { counters.probes += 1 }
        for delivery in deliveries
        where kind.isWrite && streaks[delivery.id]?.firstSent == nil {
            streaks[delivery.id, default: Streak()].firstSent = now.steady
        }
        // A request of an earlier process may still arrive in the first moments: then "it is there" is no
        // proof.
        for delivery in deliveries
        where kind == .create && delivery.existence == .absent && !isDusty(now) {
            streaks[delivery.id, default: Streak()].sentAsNew = delivery.key
        }
        return HTTPExchange(token: token, request: request, route: settings.route)
    }

    private func isFirstAttempt(_ delivery: Delivery) -> Bool {
        delivery.attempts == 0 && !delivery.isUncertain && streaks[delivery.id] == nil
    }

    /// One login at a time, and none while there is nothing to carry.
    private func launchLogin(now: Moment) -> HTTPExchange? {
        guard settings.contract.needsSession, waiting > 0 || awaitsSession,
            keeper.needsLogin(now: now.steady), gate.admitLogin(now: now.steady)
        else { return nil }
        guard var request = build(.call(.login), key: nil, now: now) else { return nil }
        request.timeoutMilliseconds = keeper.timeout(gate.timeout(request.timeoutMilliseconds))
        let token = nextToken()
        flights[token] = Flight(
            deliveries: [], asked: .call(.login), pass: gate.loginWent(now: now.steady),
            sessionGeneration: nil, isKeyTrusted: false)
        keeper.loginSent(token, now: now.steady)
        counters.sent += 1
        counters.logins += 1
        var exchange = HTTPExchange(token: token, request: request, route: settings.route)
        exchange.beginsSession = true
        return exchange
    }

    /// nil when the contract cannot say it with this account: everything holds until that is mended.
    private func build(
        _ asked: Flight.Asked, key: Digest?, of delivery: Delivery? = nil, now: Moment
    ) -> HTTPRequest? {
        let contract = settings.contract
        let ticket = keeper.ticket
        do {
            var request: HTTPRequest
            switch asked {
            case .call(let call):
                request = try contract.request(
                    call, account: settings.account, session: ticket?.secret, key: key, now: now,
                    nonce: delivery.map(nonce) ?? [])
            case .batch(let batch):
                let form = try forms.form(batch.kind, generation: ticket?.generation) {
                    () throws(Trouble) in
                    try contract.form(
                        batch.kind, account: settings.account, session: ticket?.secret, now: now,
                        nonce: delivery.map(nonce) ?? [])
                }
                request = form.request(batch.items.map(\.body), key: key)
            }
            if let timeout = settings.policy.timeout { request.timeoutMilliseconds = timeout }
            return request
        } catch {
            shut(.unsendable, error, now: now)
            return nil
        }
    }

    /// Nothing is sent for a while.
    ///
    /// - Parameter trouble: the cause at length; nil when its name says all.
    func shut(_ cause: BreakerCause, _ trouble: Trouble? = nil, now: Moment) {
        detail = trouble
        note(gate.shut(cause, now: now, using: &random), now: now)
    }

    /// Another one for every request: a population database refuses a request identifier that it has seen
    /// (contracts.md §4.2), and two questions about one person may fall into one millisecond.
    private func nonce(of delivery: Delivery) -> [UInt8] {
        let chance = random.next()
        return delivery.key.bytes.prefix(8).enumerated().map { index, byte in
            byte ^ UInt8(truncatingIfNeeded: chance >> UInt64(index * 8))
        }
    }

    /// How long the outcome of a request of an earlier process is not to be asked for yet; nil for no wait.
    private func quiet(for delivery: Delivery, now: Moment) -> Int64? {
        guard delivery.isUncertain, delivery.operation != .verify, let quietUntil,
            now.steady < quietUntil, streaks[delivery.id]?.firstSent == nil,
            !chooser.trustsKey(of: delivery, now: now, firstSent: nil)
        else { return nil }
        return quietUntil - now.steady
    }

    private func putOff(_ delivery: Delivery, _ wait: Int64, now: Moment) {
        unsaved.append(
            SettledDelivery(
                id: delivery.id, settlement: .uncertain(at: now.wall.adding(milliseconds: wait)),
                outcome: .unknown, receipt: Receipt(kind: .decided)))
        streaks[delivery.id] = Streak()
    }

    /// Parks without a request, because none can help.
    private func park(_ delivery: Delivery, _ cause: ParkCause, now: Moment) {
        unsaved.append(
            SettledDelivery(
                id: delivery.id, settlement: .parked(cause), outcome: .unknown,
                receipt: Receipt(kind: .decided)))
        streaks[delivery.id] = nil
        counters.parked += 1
        tellParked(delivery, cause, answerCode: "", outcome: .unknown, now: now)
    }
}

extension Flight.Asked {
    /// nil when deliveries cannot be sent by that call.
    init?(_ kind: Call.Kind, for deliveries: [Delivery]) {
        if kind.isWrite {
            self = .batch(Batch(kind, of: deliveries))
        } else if deliveries.count == 1, let call = Call(kind, for: deliveries[0]) {
            self = .call(call)
        } else {
            return nil
        }
    }
}
