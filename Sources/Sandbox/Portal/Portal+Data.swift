internal import Synchronization
internal import Wire

extension Portal {
    /// A call to the integration or the share endpoint (contracts.md §2.3).
    func data(_ request: ServedRequest, _ endpoint: PortalCall.Endpoint, now: Moment) -> ServedReply
    {
        if let refusal = httpRefusal(
            request, contentType: "application/json", service: "", now: now)
        {
            return refusal
        }
        guard request.headers.destination == settings.destination else {
            note([Breach(.routeHeader, "dstcode")], service: "", now: now)
            return Portal.routingError
        }
        let switches = state.withLock { $0.switches }
        let reader = CallReader(settings: settings, switches: switches)
        guard let call = reader.read(request, endpoint) else {
            note([Breach(.jsonSyntax, "")], service: "", now: now)
            return ServedReply(
                status: 400,
                body: .bytes(
                    PortalAnswer.json(-1, "Nội dung không phải JSON hợp lệ", spelling: "string")))
        }
        let reply = state.withLock { state in
            let chance = state.chance(about: call.subject)
            if let trouble = state.interruption(chance, .portal, now: now) { return trouble }
            if state.take(.routing, chance) { return Portal.routingError }
            state.counters.count(call)
            let reply = state.carryOut(call, chance, settings: settings, now: now)
            return state.spoiled(reply, chance, .portal)
        }
        if case .dossiers(let dossiers, _) = call.content {
            for dossier in dossiers where !dossier.links.isEmpty {
                attachments.offer(code: dossier.code, links: dossier.links)
            }
        }
        return reply
    }

    /// The adapter knows no such route (switch `routing`; its real words are unknown).
    static let routingError = ServedReply(
        status: 404,
        body: .bytes(
            PortalAnswer.json(-1, "Không định tuyến được tới dstcode", spelling: "string")))
}

extension PortalState {
    /// Session, key, envelope, then the work; replies in the portal's envelope.
    mutating func carryOut(
        _ call: PortalCall, _ chance: Chance, settings: PortalSettings, now: Moment
    ) -> ServedReply {
        let speech = Speech(spelling: PortalAnswer.spelling(switches, chance, natural: "string"))
        if call.session.isEmpty || !sessions.isValid(call.session, now: now.steady)
            || take(.sessionLoss, chance)
        {
            sessions.forget(call.session)
            counters.expiredSessions += 1
            return speech.refusal(-1, PortalAnswer.Sentence.session)
        }
        switch call.content {
        case .dossiers, .steps:
            if let settled = settledByKey(call, speech, now: now) { return settled }
        default: break
        }
        let limit = switches.count(.batchLimit)
        if limit > 0, call.recordCount > limit {
            // How many are too many nobody told the client: no rule is broken.
            counters.refused += 1
            counters.oversizedBatches += 1
            return speech.refusal(-1, PortalAnswer.Sentence.batchTooLarge)
        }
        if let first = call.breaches.first {
            note(call.breaches, code: call.code, service: call.service, now: now)
            counters.refused += 1
            let words =
                first.rule == .senderUnit
                ? PortalAnswer.Sentence.senderUnit : PortalAnswer.sentence(for: first)
            return speech.refusal(-1, words)
        }
        switch call.content {
        case .dossiers(let dossiers, let isUpdating):
            return state(call, dossiers, isUpdating, chance, speech, now: now)
        case .steps(let steps): return progress(call, steps, chance, speech, now: now)
        default: return read(call, chance, speech, settings)
        }
    }

    /// What `Idempotency-Key` says about a call; nil when it is to be carried out.
    private mutating func settledByKey(_ call: PortalCall, _ speech: Speech, now: Moment)
        -> ServedReply?
    {
        guard switches.choice(.keys) != "ignored" else { return nil }
        guard let key = call.key else {
            counters.withoutKey += 1
            return nil
        }
        switch keys.find(key, body: call.bodyDigest, now: now.steady, lifetime: keyLifetime) {
        case .fresh: return nil
        case .known(let answer):
            counters.replayed += 1
            return ServedReply(body: .bytes(answer))
        case .conflict:
            counters.keyConflicts += 1
            note(
                [Breach(.keyReused, "Idempotency-Key")], code: call.code, service: call.service,
                now: now)
            return speech.refusal(-1, PortalAnswer.Sentence.keyReused, status: 422)
        case .inProgress:
            counters.keysInProgress += 1
            return speech.refusal(-1, PortalAnswer.Sentence.keyInProgress, status: 409)
        }
    }

    private var keyLifetime: Int64? {
        switches.choice(.keys) == "expiring" ? Int64(switches.count(.keySeconds)) * 1000 : nil
    }

    /// A success, remembered under its key.
    mutating func success(
        _ call: PortalCall, _ message: String, _ chance: Chance, _ speech: Speech,
        result: [UInt8]? = nil, now: Moment
    ) -> ServedReply {
        counters.acknowledged += 1
        let words = take(.silentSuccess, chance) ? PortalAnswer.Sentence.silent : message
        let body = PortalAnswer.json(0, words, spelling: speech.spelling, result: result)
        remember(call, body, chance, now: now)
        return ServedReply(body: .bytes(body))
    }

    mutating func remember(_ call: PortalCall, _ body: [UInt8], _ chance: Chance, now: Moment) {
        guard let key = call.key, switches.choice(.keys) != "ignored" else { return }
        keys.store(
            key, body: call.bodyDigest, answer: body, now: now.steady,
            busyUntil: now.steady + pendingDelay(chance, .portal))
    }
}

/// How this reply spells its code.
struct Speech {
    var spelling: String

    func refusal(_ code: Int, _ message: String, status: Int = 200) -> ServedReply {
        ServedReply(
            status: status, body: .bytes(PortalAnswer.json(code, message, spelling: spelling)))
    }
}
