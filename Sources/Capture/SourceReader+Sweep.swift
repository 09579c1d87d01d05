internal import Dossiers
internal import Operating
internal import Outbox
internal import Wire

// The net under the other nets: whatever changed without a sign, and whatever is gone, is found when its turn
// comes. Reading a dossier again is free when it is what it was (digests); what the source does not list between
// two keys and the store knows is missing.
extension SourceReader {
    var isSweepPossible: Bool {
        settings.sweepPeriodMilliseconds > 0 && poll != nil && !walk.isUnderWay
    }

    func sweepOn(_ now: Moment) throws(Trouble) -> CaptureWork? {
        // Looks first: what is fresh must not wait for this.
        guard isSweepPossible, look == nil, now.steady >= sweep.nextAt(now, settings) else {
            return nil
        }
        var round = sweep
        round.begin(now)
        let start = settings.stopwatch()
        let limit = min(pageSize, settings.dossiersPerSweep)
        let listed = try list(after: round.after, limit: limit)
        let keys = listed.keys
        let found = try page(keys, onlyNews: true)
        let isLast = listed.isLast
        var batch = CaptureBatch(dossiers: found.dossiers, isBacklog: true)
        let gone = Set(found.removed + (listed.isGuess ? found.absent : []))
        let present = gone.isEmpty ? keys : keys.filter { !gone.contains($0) }
        // Of what was neither listed nor tried nobody can say that it is gone.
        if !listed.hasGap {
            batch.swept = SweptKeys(
                after: round.after, through: isLast ? nil : listed.through, present: present,
                listedAt: now.wall)
        }
        try accuseUnlessRenamed(try untold(found.changed))
        if trust.isTrusted(feedMark) { batch.swept?.told = try toldMeanwhile() }
        let wasLate = round.isLate
        round.moved(
            to: listed.through, count: listed.isGuess ? present.count : keys.count, isLast: isLast,
            spent: settings.stopwatch() - start, now, settings)
        batch.cursors = [CursorMove(name: CursorName.sweep, value: round.text)]
        sweep = round
        tell(isLast: isLast, wasLate: wasLate)
        return .record(CaptureStep(batch: batch))
    }

    private func tell(isLast: Bool, wasLate: Bool) {
        if sweep.isLate, !wasLate {
            let trouble = Trouble.sweepLate(period: settings.sweepPeriodMilliseconds)
            events(
                Event(
                    .sweepLate, .warning, errorCode: trouble.code,
                    detail: trouble.english + " → " + trouble.fix))
        }
        guard isLast else { return }
        doubts.swept(sweep.lastRound)
        if let event = trust.sweptAll(feedMark) { events(event) }
        events(
            Event(
                .sweepFinished, .info,
                numbers: [
                    Event.Number("dossiers", sweep.lastRound),
                    Event.Number("milliseconds", sweep.lastTook),
                ]))
    }
}
