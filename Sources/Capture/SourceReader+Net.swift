internal import Dossiers
internal import Operating
internal import Outbox
internal import Wire

// The net under the feed: what changed is also looked for by its time, slowly, and compared with what the feed told.
extension SourceReader {
    /// The feed as the last mark found it, when it can be used.
    var feedMark: FeedMark? { feedWatch.state?.mark }

    /// A page of what has changed by its time since the last such round.
    func netOn(_ now: Moment) throws(Trouble) -> CaptureWork? {
        guard look == nil, !walk.isUnderWay, let poll, let feed = poll.feed, feed == feedMark,
            let question = trust.question(
                at: poll, now: now.steady, every: settings.netMilliseconds)
        else { return nil }
        let changes = try listChanges(
            since: question.since.reachingBack(to: poll), after: question.after, limit: pageSize
        ) { (mark, key, limit) throws(Trouble) in
            try source.timedKeys(since: mark, after: key, limit: limit)
        }
        let keys = changes.keys
        let found = try page(keys, onlyNews: true)
        let suspects = keys.filter { key in
            !trust.wasTold(key) && (source.namesExactChanges || found.changed.contains(key))
        }
        let untold = try untold(suspects)
        trust.asked(
            upTo: keys.last, isLast: changes.isLast, poll: poll,
            next: now.steady + settings.netMilliseconds)
        try accuseUnlessRenamed(untold)
        guard !found.dossiers.isEmpty || !found.missing.isEmpty || trust.isUnrecorded else {
            return nil
        }
        var batch = CaptureBatch(dossiers: found.dossiers)
        batch.missing = MissingKeys(missedNow(found.missing, of: keys), isCertain: false)
        return .record(CaptureStep(batch: batch))
    }

    /// Those of the keys that do not stand in what the feed has and no look has read yet.
    ///
    /// Asked after the keys were found: a note is committed with its change.
    func untold(_ keys: [SourceKey]) throws(Trouble) -> [SourceKey] {
        guard !keys.isEmpty, let told = try toldMeanwhile() else { return [] }
        return keys.filter { !told.contains($0) }
    }

    /// What the feed has and no look has read yet; nil when there is no feed, or too much to compare with.
    func toldMeanwhile() throws(Trouble) -> Set<SourceKey>? {
        guard let poll, poll.feed != nil, poll.feed?.generation == feedMark?.generation else {
            return nil
        }
        // After a key that none is before: an answer that came with the last mark is too old.
        let keys = try source.changedKeys(
            since: poll, after: SourceKey(0), limit: settings.keysPerLook)
        return keys.count < settings.keysPerLook ? Set(keys) : nil
    }

    /// The feed has not told that these have changed.
    func accuse(_ keys: [SourceKey]) {
        if let event = trust.missed(keys, by: feedMark) { events(event) }
    }

    /// The same, unless the source's mappings have just changed: then it is another name, and not their rows.
    func accuseUnlessRenamed(_ keys: [SourceKey]) throws(Trouble) {
        guard !keys.isEmpty else { return }
        guard try currentMappings() == mappingsSeen else { return seen.beginEra() }
        accuse(keys)
    }

    /// Asks what may hide rows.
    func doubtOn(_ now: Moment) throws(Trouble) {
        guard !walk.isUnderWay, poll != nil, doubts.isDue(now.steady) else { return }
        // A value that somebody mends by hand moves no time.
        accept(.toRead(pages.keysApart(settings.dossiersPerSweep)))
        try recheckUnlisted()
        for trouble in try doubts.ask(source, now: now.steady, every: settings.netMilliseconds) {
            events(
                Event(
                    .captureFailed, .warning, operation: "doubt", errorCode: trouble.code,
                    detail: trouble.english + " → " + trouble.fix))
        }
    }

    /// Whether the source still has what was read of it last; false after a restore.
    func hasItsHistory(_ now: Moment) throws(Trouble) -> Bool {
        let keys = witness.question(
            session: source.connectionNumber, now: now.steady, every: settings.netMilliseconds)
        guard !keys.isEmpty else { return true }
        do throws(Trouble) {
            let read = try pages.read(keys, from: source)
            return witness.agrees(with: read.dossiers, unread: Set(read.held.map(\.key)))
        } catch {
            witness.unask()
            throw error
        }
    }
}
