internal import Wire

/// Why one record of a call is not taken.
struct Refusal {
    var code: Int
    var message: String
    var breaches: [Breach]
}

extension PortalState {
    /// `DongBoHoSoMC` (contracts.md §2.6, §2.14): all records or, with `partial_batch`, the good ones.
    mutating func state(
        _ call: PortalCall, _ dossiers: [CheckedDossier], _ isUpdating: Bool, _ chance: Chance,
        _ speech: Speech, now: Moment
    ) -> ServedReply {
        let refusals = dossiers.map { refusal(of: $0, isUpdating, chance) }
        if let reply = refused(call, dossiers.map { $0.code }, refusals, chance, speech, now: now) {
            if reply.isWhole { return reply.reply }
            for (dossier, refusal) in zip(dossiers, refusals) where refusal == nil {
                apply(dossier)
            }
            remember(call, reply.reply.bytes, chance, now: now)
            return reply.reply
        }
        for dossier in dossiers { apply(dossier) }
        let words = isUpdating ? PortalAnswer.Sentence.updated : PortalAnswer.Sentence.created
        return success(call, words, chance, speech, now: now)
    }

    private func refusal(of dossier: CheckedDossier, _ isUpdating: Bool, _ chance: Chance)
        -> Refusal?
    {
        if let first = dossier.breaches.first {
            return Refusal(
                code: -1, message: PortalAnswer.sentence(for: first), breaches: dossier.breaches)
        }
        if isForgotten(dossier.procedure) {
            // The portal's fault, not the client's: nothing to record.
            let breach = Breach(.procedureUnknown, "MaTTHC")
            return Refusal(code: -1, message: PortalAnswer.sentence(for: breach), breaches: [])
        }
        switch (holdings.place(dossier.code), isUpdating) {
        case (.some, false):
            return Refusal(
                code: existsCode(chance), message: PortalAnswer.Sentence.exists,
                breaches: [Breach(.createOfExisting, "isUpdating")])
        case (nil, true):
            return Refusal(
                code: -1, message: PortalAnswer.missing(switches),
                breaches: [Breach(.updateOfMissing, "isUpdating")])
        case (nil, false) where holdings.isFull:
            return Refusal(code: -1, message: PortalAnswer.Sentence.busy, breaches: [])
        default: return nil
        }
    }

    private func existsCode(_ chance: Chance) -> Int {
        switch switches.choice(.existsCode) {
        case "3": 3
        case "-3": -3
        default: chance.uniform("exists") < 0.5 ? 3 : -3
        }
    }

    /// Whether the portal has lost this procedure (switch `unknown_procedure`), the same one every time.
    private func isForgotten(_ procedure: String) -> Bool {
        Chance(seed: seed, about: Hash64.of(procedure), occurrence: 0)
            .hits(.unknownProcedure, switches)
    }

    private mutating func apply(_ dossier: CheckedDossier) {
        guard let place = holdings.place(dossier.code) else {
            holdings.create(dossier.code, header: dossier.packed)
            counters.createdDossiers += 1
            return
        }
        let (redundant, reverted) = (
            holdings.dossiers[place].redundant, holdings.dossiers[place].reverted
        )
        holdings.update(place) { $0.replace(header: dossier.packed) }
        counters.updatedDossiers += 1
        counters.redundantUpdates += Int(holdings.dossiers[place].redundant - redundant)
        counters.revertedUpdates += Int(holdings.dossiers[place].reverted - reverted)
    }

    /// `CapNhatTienDoHoSoMC` (contracts.md §2.7): appends; rows of one call are taken together.
    mutating func progress(
        _ call: PortalCall, _ steps: [CheckedStep], _ chance: Chance, _ speech: Speech, now: Moment
    ) -> ServedReply {
        let refusals = steps.map { step -> Refusal? in
            if let first = step.breaches.first {
                return Refusal(
                    code: -1, message: PortalAnswer.sentence(for: first), breaches: step.breaches)
            }
            guard holdings.place(step.code) == nil else { return nil }
            return Refusal(
                code: -1, message: PortalAnswer.Sentence.progressFirst,
                breaches: [Breach(.progressBeforeHeader, "MaHoSo")])
        }
        let codes = steps.map { $0.code }
        if let reply = refused(call, codes, refusals, chance, speech, now: now) {
            if reply.isWhole { return reply.reply }
            append(zip(steps, refusals).filter { $1 == nil }.map { $0.0 }, call, now: now)
            remember(call, reply.reply.bytes, chance, now: now)
            return reply.reply
        }
        if steps.count > 1, take(.partialSteps, chance) {
            // It broke in the middle: the first rows are there, the caller hears nothing.
            append(
                Array(steps.prefix(1 + Int(chance.number("steps") % UInt64(steps.count - 1)))),
                call, now: now)
            return .dropped
        }
        append(steps, call, now: now)
        return success(call, PortalAnswer.Sentence.progressed, chance, speech, now: now)
    }

    private mutating func append(_ steps: [CheckedStep], _ call: PortalCall, now: Moment) {
        let mode = switches.choice(.steps)
        let order = switches.choice(.stepOrder)
        var latest: [String: UInt64] = [:]
        for step in steps {
            guard let place = holdings.place(step.code) else { continue }
            // Asked in place: a copy would make the append below copy all steps.
            let lastTime = order == "strict" ? holdings.dossiers[place].lastStepTime : 0
            if holdings.dossiers[place].holds(step: step.packed) {
                counters.duplicateSteps += 1
                holdings.update(place) { $0.duplicates += 1 }
                if mode == "dedupe" { continue }
                if mode == "append" {
                    note(
                        [Breach(.duplicateStep, "ThoiDiemXuLy")], code: step.code,
                        service: call.service, now: now)
                }
            } else if order != "off",
                step.time < max(latest[step.code] ?? 0, lastTime)
            {
                note(
                    [Breach(.stepOutOfOrder, "ThoiDiemXuLy")], code: step.code,
                    service: call.service, now: now)
            }
            latest[step.code] = max(latest[step.code] ?? 0, step.time)
            counters.appendedSteps += 1
            holdings.update(place) { $0.append(step: step.packed, time: step.time) }
        }
    }

    /// The reply to a call with refused records; nil when there is none.
    private mutating func refused(
        _ call: PortalCall, _ codes: [String], _ refusals: [Refusal?], _ chance: Chance,
        _ speech: Speech, now: Moment
    ) -> (isWhole: Bool, reply: ServedReply)? {
        guard let first = refusals.compactMap({ $0 }).first else { return nil }
        counters.refused += 1
        for (code, refusal) in zip(codes, refusals) {
            note(refusal?.breaches ?? [], code: code, service: call.service, now: now)
        }
        guard refusals.count > 1, take(.partialBatch, chance) else {
            return (true, speech.refusal(first.code, first.message))
        }
        counters.partialBatches += 1
        let list = PortalAnswer.list(
            codes, refusals, form: chance.choice(of: .batchList, in: switches))
        let body = PortalAnswer.json(
            -1, PortalAnswer.Sentence.partial, spelling: speech.spelling, result: list)
        return (false, ServedReply(body: .bytes(body)))
    }
}
