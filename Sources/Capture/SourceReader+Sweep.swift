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
        let keys = try source.allKeys(ResyncFilter(), after: round.after, limit: limit)
        let found = try page(keys, onlyNews: true)
        let isLast = keys.count < limit
        var batch = CaptureBatch(dossiers: found.dossiers, isBacklog: true)
        let removed = Set(found.removed)
        batch.swept = SweptKeys(
            after: round.after, through: isLast ? nil : keys.last,
            present: removed.isEmpty ? keys : keys.filter { !removed.contains($0) },
            listedAt: now.wall)
        try accuseUnlessRenamed(try untold(found.changed))
        if trust.isTrusted(feedMark) { batch.swept?.told = try toldMeanwhile() }
        let wasLate = round.isLate
        round.moved(
            to: keys.last, count: keys.count, isLast: isLast,
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
