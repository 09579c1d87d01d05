internal import Dossiers
internal import Operating
internal import Outbox
internal import Wire

/// A look for changes, paged by key.
struct SourceLook {
    /// The mark taken before the first key was asked for: the next look's beginning.
    let next: SourceMark
    /// The last key of the last page handed over.
    var after: SourceKey?
    /// Keys that were asked for and not read yet.
    var keys: ArraySlice<SourceKey> = []
    /// True when there are no further keys than these.
    var hasAllKeys = false
    /// True when a place of this look was handed over, which its end has to clear.
    var isRecorded = false

    init(next: SourceMark) { self.next = next }

    /// Reads ``text``; nil for anything else.
    init?(text: String) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let after = Int64(parts[0]), let next = SourceMark(text: parts[1])
        else { return nil }
        self.next = next
        self.after = after > 0 ? SourceKey(after) : nil
        isRecorded = true
    }

    /// What the state store keeps: `after@mark`.
    var text: String { "\(after?.rawValue ?? 0)@\(next.text)" }
}

// A transaction that had not committed when mark k-1 was taken has a number of at least its position, and so
// has every later one. Look k asks for rows with such numbers, after mark k was taken. Whatever commits after
// look k asked had not committed at mark k, and is asked for by look k+1.
extension SourceReader {
    /// A look is over when the clock is read for the first time after it.
    func measureLook(_ now: Moment) {
        guard !isLookMeasured else { return }
        isLookMeasured = true
        // Without a feed a look reads everything within the overlap again.
        allowance.looked(
            from: lookBegan, to: now.steady,
            share: feedWatch.state?.mark == nil ? nil : settings.lookShare,
            longestRest: settings.gapMilliseconds)
    }

    func isLookDue(_ now: Moment) -> Bool {
        now.steady >= nextLook || (isWoken && now.steady >= allowance.nextAt)
    }

    func lookOn(_ now: Moment) throws(Trouble) -> CaptureWork? {
        // A look that an earlier run began goes on.
        if lookBegan == .min { lookBegan = now.steady }
        if poll != nil, let walk = owedWalk(now) { return walk }
        if look == nil, let work = try beginLook(now) { return work }
        return try lookPage(now)
    }

    private func beginLook(_ now: Moment) throws(Trouble) -> CaptureWork? {
        // Cleared before the mark: a change told after this is looked for again.
        isWoken = false
        lookBegan = now.steady
        var mark = try source.mark(
            now: now.wall,
            ahead: poll.map { LookAhead(since: $0, limit: settings.keysPerLook) })
        mark.uptime = Uptime(milliseconds: now.steady, boot: settings.boot)
        let wasUnfit = feedWatch.state?.isUnfit ?? false
        if let event = feedWatch.sees(source.feed, hadFeed: poll?.feed != nil) { events(event) }
        if source.feed.mark?.generation != poll?.feed?.generation { seen.beginEra() }
        guard let poll else { return begin(at: mark, now) }
        if mark.isAnotherHistory(than: poll) { return beginAnew(at: mark, now) }
        guard try hasItsHistory(now) else { return beginAnew(at: mark, now) }
        if !mark.version.isEmpty, mark.version == version {
            endLook(at: mark, now)
            return recordedMark(now)
        }
        look = SourceLook(next: mark)
        // What it has lost may have been changes that moved no time.
        if mark.hasLostNotes(since: poll) || (wasUnfit && mark.feed != nil) { return beginWalk() }
        // Nobody knows what the source's clock did while the machine was off, nor for how long.
        if poll.elapsed(until: mark) == nil, !poll.isCovered(byFeedOf: mark) { return beginWalk() }
        return nil
    }

    /// The source is at another point of its history, or is another one.
    private func beginAnew(at mark: SourceMark, _ now: Moment) -> CaptureWork {
        witness.forgetAll()
        seen.forget()
        endLook(at: mark, now)
        return beginWalk(pollMoves(now), because: .sourceWentBack)
    }

    /// The first look at this database: everything is to be walked over, and changes count from here.
    private func begin(at mark: SourceMark, _ now: Moment) -> CaptureWork {
        seen.forget()
        endLook(at: mark, now)
        return beginWalk(pollMoves(now))
    }

    /// Everything is to be walked over, from the first dossier on.
    private func beginWalk(
        _ cursors: [CursorMove] = [], because trouble: Trouble? = nil
    ) -> CaptureWork {
        walk = .first
        events(
            Event(
                .captureWalkStarted, trouble == nil ? .notice : .warning,
                errorCode: trouble?.code, detail: trouble.map { $0.english + " → " + $0.fix }))
        let place = CursorMove(name: CursorName.walk, value: walk.text)
        return .record(CaptureStep(batch: CaptureBatch(cursors: cursors + [place])))
    }

    /// What could not be listed is found by a walk, now and then.
    private func owedWalk(_ now: Moment) -> CaptureWork? {
        guard listing.isWalkOwed, !walk.isUnderWay, now.steady >= listing.nextWalk else {
            return nil
        }
        listing.isWalkOwed = false
        listing.nextWalk = now.steady + settings.netMilliseconds
        return beginWalk()
    }

    private func lookPage(_ now: Moment) throws(Trouble) -> CaptureWork? {
        guard var current = look, let poll else { return nil }
        let isTold = poll.isCovered(byFeedOf: current.next)
        let isTrusted = isTold && trust.isTrusted(current.next.feed)
        if current.keys.isEmpty, !current.hasAllKeys {
            var since = poll.reachingBack(to: current.next)
            if !isTrusted { since = since.withoutFeed }
            let changes = try listChanges(
                since: since, after: current.after, limit: settings.keysPerLook
            ) { (mark, key, limit) throws(Trouble) in
                try source.changedKeys(since: mark, after: key, limit: limit)
            }
            if isTrusted { trust.heard(changes.keys, isFirst: current.after == nil) }
            current.keys = changes.keys[...]
            current.hasAllKeys = changes.isLast
            look = current
            if changes.needsWalk { listing.isWalkOwed = true }
            if let walk = owedWalk(now) { return walk }
        }
        let keys = Array(current.keys.prefix(pageSize))
        if source.namesExactChanges || isTrusted { changed(keys) }
        let found = try page(keys, onlyNews: true)
        let dossiers = found.dossiers
        let missing = MissingKeys(
            missedNow(found.missing, of: keys), isCertain: isTrusted)
        noteTimes(found, since: poll, current.next, isExact: isTrusted, now)
        current.keys = current.keys.dropFirst(keys.count)
        current.after = keys.last ?? current.after
        let isOver = current.keys.isEmpty && current.hasAllKeys
        if isOver {
            endLook(at: current.next, now)
            guard !dossiers.isEmpty || !missing.keys.isEmpty || current.isRecorded else {
                return recordedMark(now)
            }
            return lookBatch(dossiers, missing, pollMoves(now))
        }
        guard !dossiers.isEmpty || !missing.keys.isEmpty else {
            look = current
            return nil
        }
        current.isRecorded = true
        look = current
        let place = CursorMove(name: CursorName.look, value: current.text)
        return lookBatch(dossiers, missing, pollMoves(now) + [place])
    }

    /// What was committed between two marks a moment apart was written a moment ago.
    private func noteTimes(
        _ found: FoundPage, since poll: SourceMark, _ next: SourceMark, isExact: Bool,
        _ now: Moment
    ) {
        guard isExact || source.namesExactChanges, let elapsed = poll.elapsed(until: next),
            elapsed <= SourceReader.aMoment
        else { return }
        for time in found.newest { zone.saw(newest: time, now: now.wall) }
    }

    private static let aMoment: Int64 = 120_000

    private func lookBatch(
        _ dossiers: [CapturedDossier], _ missing: MissingKeys, _ cursors: [CursorMove]
    ) -> CaptureWork {
        var batch = CaptureBatch(cursors: cursors, dossiers: dossiers)
        batch.missing = missing
        return .record(CaptureStep(batch: batch))
    }

    private func endLook(at mark: SourceMark, _ now: Moment) {
        look = nil
        poll = mark
        isPollUnrecorded = true
        version = mark.version
        countLook()
        isLookMeasured = false
        nextLook = now.steady + settings.pollMilliseconds
    }

    /// The mark's place in the next batch, when it has moved; looks that ended before it are over.
    private func pollMoves(_ now: Moment) -> [CursorMove] {
        guard isPollUnrecorded, let poll else { return [] }
        isPollUnrecorded = false
        pollRecordedAt = now.steady
        return [
            CursorMove(name: CursorName.poll, value: poll.text),
            CursorMove(name: CursorName.look, value: nil),
        ]
    }

    /// A mark that moved without a dossier is recorded now and then: one that lags only means more to look
    /// through after a restart.
    private func recordedMark(_ now: Moment) -> CaptureWork? {
        guard isPollUnrecorded,
            pollRecordedAt == .min
                || now.steady - pollRecordedAt >= settings.markMilliseconds
        else { return nil }
        return .record(CaptureStep(batch: CaptureBatch(cursors: pollMoves(now))))
    }
}
