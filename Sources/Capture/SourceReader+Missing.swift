internal import Dossiers
internal import Operating
internal import Outbox
internal import Wire

extension SourceReader {
    /// Those of the missing keys that were not told before; those that are there may be told again.
    func missedNow(_ absent: [SourceKey], of keys: [SourceKey]) -> [SourceKey] {
        if missed.count > 10_000 { missed.removeAll() }
        if !missed.isEmpty {
            let gone = Set(absent)
            for key in keys where !gone.contains(key) { missed.remove(key) }
        }
        return absent.filter { missed.insert($0).inserted }
    }

    /// Reads keys that somebody asks about: twins of a row that is gone, then rows that were missed once.
    func missingOn() throws(Trouble) -> CaptureWork? {
        if !toRead.isEmpty {
            let keys = Array(toRead.prefix(pageSize))
            let found = try page(keys.sorted())
            toRead.removeFirst(keys.count)
            var batch = CaptureBatch(dossiers: found.dossiers)
            batch.missing = MissingKeys(found.removed, isCertain: true)
            return .record(CaptureStep(batch: batch))
        }
        guard !suspects.isEmpty else { return nil }
        let keys = Array(suspects.prefix(pageSize))
        let found = try page(keys.sorted())
        suspects.removeFirst(keys.count)
        var batch = CaptureBatch(dossiers: found.dossiers)
        batch.missing = MissingKeys(found.missing, isCertain: true)
        return .record(CaptureStep(batch: batch))
    }

    /// When, on the steady clock, something is due that nobody waits for; nil for nothing.
    func nextChore(_ now: Moment) -> Int64? {
        if !toRead.isEmpty || !suspects.isEmpty { return .min }
        var next: Int64?
        if isTrimWanted { next = feedWatch.nextTrim }
        if !walk.isUnderWay, poll != nil { next = min(next ?? .max, doubts.next) }
        if !walk.isUnderWay, look == nil, feedMark != nil, let due = trust.due {
            next = min(next ?? .max, due)
        }
        if isSweepPossible { next = min(next ?? .max, sweep.nextAt(now, settings)) }
        return next
    }
}
