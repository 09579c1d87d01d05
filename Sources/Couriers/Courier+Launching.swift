internal import Contracts
internal import Dossiers
internal import Operating
internal import Outbox
internal import Wire

// Only for deliveries whose claim is committed.
extension Courier {
    /// Everything that may go now.
    func launch(now: Moment) -> [HTTPExchange] {
        note(breaker.tick(now: now), now: now)
        guard !isHalted(now) else { return [] }
        var exchanges: [HTTPExchange] = []
        if let login = launchLogin(now: now) { exchanges.append(login) }
        guard !settings.contract.needsSession || keeper.ticket != nil else { return exchanges }
        while !followUps.isEmpty, mayLaunch(now) {
            let next = followUps.removeFirst()
            if let exchange = launch(next.delivery, next.call, now: now) {
                exchanges.append(exchange)
            }
        }
        var taken = 0
        while taken < queue.count, mayLaunch(now) {
            let delivery = queue[taken]
            taken += 1
            if let wait = quiet(for: delivery, now: now) {
                putOff(delivery, wait, now: now)
                continue
            }
            switch chooser.first(for: delivery, now: now.wall) {
            case .parked(let cause):
                park(delivery, cause, now: now)
            case .call(let call):
                // None when the request cannot be built, which also opens the breaker.
                if let exchange = launch(delivery, call, now: now) { exchanges.append(exchange) }
            }
        }
        queue.removeFirst(min(taken, queue.count))
        return exchanges
    }

    private func mayLaunch(_ now: Moment) -> Bool {
        guard inFlight < limit.window, breaker.admits > 0 else { return false }
        return rate?.take(now: now.steady) ?? true
    }

    private func launch(_ delivery: Delivery, _ kind: Call.Kind, now: Moment) -> HTTPExchange? {
        guard let call = Call(kind, for: delivery) else { return nil }
        let trusted = chooser.trustsKey(of: delivery, now: now.wall)
        guard
            let request = build(
                call, key: delivery.key, nonce: nonce(of: delivery), now: now)
        else {
            returning.append(delivery.id)
            return nil
        }
        let token = nextToken()
        flights[token] = Flight(
            delivery: delivery, call: call, breakerGeneration: breaker.launched(),
            sessionGeneration: settings.contract.needsSession ? keeper.ticket?.generation : nil,
            isKeyTrusted: trusted)
        counters.sent += 1
        if kind == .probe { counters.probes += 1 }
        if delivery.attempts == 0, !delivery.isUncertain, streaks[delivery.id] == nil {
            budget.sentFirst(now: now.steady)
        }
        if kind == .create, delivery.existence == .absent {
            streaks[delivery.id, default: Streak()].sentAsNew = delivery.key
        }
        limit.launched(inFlight: inFlight)
        return HTTPExchange(token: token, request: request, route: settings.route)
    }

    /// One login at a time, and none while there is nothing to carry.
    private func launchLogin(now: Moment) -> HTTPExchange? {
        guard settings.contract.needsSession, !queue.isEmpty || !followUps.isEmpty,
            keeper.needsLogin(now: now.steady), breaker.admits > 0
        else { return nil }
        guard let request = build(.login, key: nil, nonce: [], now: now) else { return nil }
        let token = nextToken()
        flights[token] = Flight(
            delivery: nil, call: .login, breakerGeneration: breaker.launched(),
            sessionGeneration: nil, isKeyTrusted: false)
        keeper.loginSent(token)
        counters.sent += 1
        counters.logins += 1
        return HTTPExchange(token: token, request: request, route: settings.route)
    }

    /// nil when the contract cannot say it with this account: everything holds until that is mended.
    private func build(_ call: Call, key: Digest?, nonce: [UInt8], now: Moment) -> HTTPRequest? {
        do {
            var request = try settings.contract.request(
                call, account: settings.account, session: keeper.ticket?.secret, key: key,
                now: now, nonce: nonce)
            if let timeout = settings.policy.timeout { request.timeoutMilliseconds = timeout }
            return request
        } catch {
            unsendable = error
            note(breaker.open(.unsendable, now: now, using: &random), now: now)
            return nil
        }
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
            now.steady < quietUntil, streaks[delivery.id] == nil,
            !chooser.trustsKey(of: delivery, now: now.wall)
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
