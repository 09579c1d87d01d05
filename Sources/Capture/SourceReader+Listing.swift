internal import Dossiers
internal import Operating
internal import Outbox
internal import Wire

// Every listing of keys goes through here, so that none stands still at one row.
extension SourceReader {
    /// A page of all keys.
    func list(
        _ filter: ResyncFilter = ResyncFilter(), after key: SourceKey?, limit: Int,
        mayGuess: Bool = true
    ) throws(Trouble) -> KeyListing.Page {
        defer { tellUnlisted() }
        return try listing.page(
            of: source.listingFile, after: key, limit: limit, mayGuess: mayGuess,
            plainly: { (key, limit) throws(Trouble) in
                try source.allKeys(filter, after: key, limit: limit)
            },
            carefully: { (key, limit) throws(Trouble) in
                try source.carefulKeys(filter, after: key, limit: limit)
            })
    }

    /// What has changed since a mark, as far as it can be listed.
    struct Changes {
        var keys: [SourceKey]
        var isLast: Bool
        /// Others may have changed that could not be listed.
        var needsWalk = false
    }

    /// Where the listing fails, all keys behind the row are asked for as ever, those before it with an overlap that is
    /// halved until the row lies outside: what changes from now on is found by that. Where a listing that is sound
    /// works in no such way, everything is walked over now and then.
    func listChanges(
        since mark: SourceMark, after key: SourceKey?, limit: Int,
        _ ask: (SourceMark, SourceKey?, Int) throws(Trouble) -> [SourceKey]
    ) throws(Trouble) -> Changes {
        defer { tellUnlisted() }
        let first: Trouble
        do throws(Trouble) {
            let keys = try ask(mark, key, limit)
            // Whole, from its beginning: what it failed on is mended, or too old to be met.
            if key == nil { listing.mendedAll(in: source.changesFile) }
            return Changes(keys: keys, isLast: keys.count < limit)
        } catch {
            guard error.isAboutRows else { throw error }
            first = error
        }
        let plainly: KeyListing.Ask = { (key, limit) throws(Trouble) in try ask(mark, key, limit) }
        if let few = try KeyListing.few(after: key, limit, plainly) {
            return Changes(keys: few.keys, isLast: few.isLast)
        }
        let spoilt = try listing.spoiltKey(after: key, plainly)
        let recent = try recentChanges(since: mark, after: key, limit: limit, ask)
        if spoilt == nil, recent == nil {
            // Nothing is as late as this: what fails now is the statement itself.
            var never = mark
            never.takenAt = "9999-01-01 00:00:00.000"
            never.reach = -source.overlapMilliseconds
            guard try KeyListing.attempt({ () throws(Trouble) in try ask(never, key, 1) }) != nil
            else { throw first }
        }
        let row = KeyListing.Row(key: spoilt ?? SourceKey(0), file: source.changesFile)
        let needsWalk = listing.note(row) || recent == nil
        guard let spoilt else {
            let keys = recent ?? []
            return Changes(keys: keys, isLast: keys.count < limit, needsWalk: needsWalk)
        }
        let before = (recent ?? []).filter { $0 < spoilt }
        if before.count >= limit {
            return Changes(keys: before, isLast: false, needsWalk: needsWalk)
        }
        let behind = try ask(mark, spoilt, limit)
        return Changes(
            keys: before + [spoilt] + behind, isLast: behind.count < limit, needsWalk: needsWalk)
    }

    /// With as much of the overlap as leaves out what the listing fails on, to a factor of two; nil for none.
    private func recentChanges(
        since mark: SourceMark, after key: SourceKey?, limit: Int,
        _ ask: (SourceMark, SourceKey?, Int) throws(Trouble) -> [SourceKey]
    ) throws(Trouble) -> [SourceKey]? {
        var reach = source.overlapMilliseconds + mark.reach
        while reach > 0 {
            reach = reach < 1000 ? 0 : reach / 2
            var shorter = mark
            shorter.reach = reach - source.overlapMilliseconds
            let keys = try KeyListing.attempt { () throws(Trouble) in
                try ask(shorter, key, limit)
            }
            if let keys { return keys }
        }
        return nil
    }

    /// Keys by codes; a code that cannot be looked up is left out, as if there were none.
    func keys(ofCodes codes: ArraySlice<String>) throws(Trouble) -> [(code: String, key: SourceKey)]
    {
        do throws(Trouble) {
            return try source.keys(ofCodes: Array(codes))
        } catch {
            guard error.isAboutRows else { throw error }
            guard codes.count > 1 else {
                tell(error)
                return []
            }
            let middle = codes.startIndex + codes.count / 2
            return try keys(ofCodes: codes[..<middle]) + keys(ofCodes: codes[middle...])
        }
    }

    /// The source's own mappings; what was known of them while they cannot be read.
    func currentMappings() throws(Trouble) -> Digest? {
        do throws(Trouble) {
            let found = try source.mappings()
            unreadMappings = nil
            return found
        } catch {
            guard error.isAboutRows else { throw error }
            if unreadMappings == nil { tell(error) }
            unreadMappings = error
            return mappingsSeen
        }
    }

    /// Looks whether what could not be listed can be by now.
    func recheckUnlisted() throws(Trouble) {
        let rows = listing.unlisted.filter { $0.file == source.listingFile }
        for row in rows.sorted(by: { $0.key < $1.key }).prefix(20) {
            let before = SourceKey(max(0, row.key.rawValue - 1))
            let keys = try KeyListing.attempt { () throws(Trouble) in
                try source.carefulKeys(ResyncFilter(), after: before, limit: 1)
            }
            if keys != nil { listing.mended(row) }
        }
    }

    private func tellUnlisted() {
        for trouble in listing.takeNews() { tell(trouble) }
    }

    private func tell(_ trouble: Trouble) {
        events(
            Event(
                .captureFailed, .warning, operation: "list", errorCode: trouble.code,
                detail: trouble.english + " → " + trouble.fix))
    }
}
