internal import Operating
internal import Wire

extension SourceReader {
    var isTrimWanted: Bool { feedWatch.trimmable != nil }

    /// Removes what is recorded from the feed, a little at a time. An account that may not leaves the rows
    /// where they are: the place in the feed is kept in the state store, and the rows are counted.
    func trimOn(_ now: Moment) throws(Trouble) {
        guard let position = feedWatch.trimmable, now.steady >= feedWatch.nextTrim else { return }
        let upTo = feedWatch.recorded
        var isAll = false
        do throws(Trouble) {
            let rows = try source.trimFeed(before: position, limit: settings.rowsPerTrim)
            isAll = rows < settings.rowsPerTrim
            if rows > 0 {
                events(Event(.feedTrimmed, .debug, numbers: [Event.Number("rows", Int64(rows))]))
            }
        } catch {
            // Denied, read-only, or the office holds a lock: the same is tried again later, and counted.
            feedWatch.wait(until: now.steady + 10 * settings.trimMilliseconds)
            try countFeed()
            return
        }
        guard isAll else {
            return feedWatch.wait(until: now.steady + settings.sweepGapMilliseconds)
        }
        feedWatch.trimmedAll(upTo: upTo, at: now.steady + settings.trimMilliseconds)
        try countFeed()
    }

    private func countFeed() throws(Trouble) {
        let event = feedWatch.has(try source.feedSize(), limit: settings.feedRowsLimit)
        if let event { events(event) }
    }
}
