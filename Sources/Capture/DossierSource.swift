package import Dossiers
package import Operating
package import Outbox
package import Wire

/// Where dossiers come from: a one-stop database seen through its profile.
///
/// Every call may fail with a ``Trouble`` and may be made again; a lost connection is opened anew by the
/// next call. Confined to one thread.
package protocol DossierSource: AnyObject {
    /// How many dossiers ``read(_:)`` takes at once.
    var dossiersPerQuery: Int { get }

    /// True when ``writeBack(_:)`` has a place to write to.
    var hasWriteBack: Bool { get }

    /// What there is of a change feed, as the last ``mark(now:ahead:)`` found it.
    var feed: FeedState { get }

    /// How many rows the feed has, about.
    func feedSize() throws(Trouble) -> Int64

    /// Removes rows of the feed before a position, when the account may; how many.
    func trimFeed(before position: Int64, limit: Int) throws(Trouble) -> Int

    /// True when ``changedKeys(since:after:limit:)`` names by their times only what was written since the mark, by
    /// the number of its transaction; false when it names everything within the overlap again.
    var namesExactChanges: Bool { get }

    /// Where the source stands now.
    ///
    /// - Parameter ahead: what ``changedKeys(since:after:limit:)`` is asked next when something has changed. A
    ///   source in another process may ask it in the same trip, after the mark, and keep the answer.
    func mark(now: Timestamp, ahead: LookAhead?) throws(Trouble) -> SourceMark

    /// Keys of dossiers that may have changed since a mark, ascending: all that were committed after it
    /// within the overlap, perhaps more. All that stand in the feed, when it reaches back to the mark.
    func changedKeys(since mark: SourceMark, after key: SourceKey?, limit: Int) throws(Trouble)
        -> [SourceKey]

    /// Keys of dossiers that may have changed since a mark, by their times alone, whatever the feed says.
    func timedKeys(since mark: SourceMark, after key: SourceKey?, limit: Int) throws(Trouble)
        -> [SourceKey]

    /// Another number for each connection: what lies behind it may be another server than before.
    var connectionNumber: Int { get }

    /// What may keep dossiers from being seen at all.
    ///
    /// - Parameter found: how many dossiers the whole source has been found to have; nil when nobody knows yet.
    func doubts(found: Int64?) throws(Trouble) -> [Trouble]

    /// Keys of all dossiers that fit the filter, ascending. The filter's codes play no part.
    func allKeys(_ filter: ResyncFilter, after key: SourceKey?, limit: Int) throws(Trouble)
        -> [SourceKey]

    /// The same, where the source may be slower and looks at a row only when its turn comes: what fails then is a
    /// matter of the rows next behind the key.
    func carefulKeys(_ filter: ResyncFilter, after key: SourceKey?, limit: Int) throws(Trouble)
        -> [SourceKey]

    /// What ``allKeys(_:after:limit:)`` and ``timedKeys(since:after:limit:)`` are called where they are told of.
    var listingFile: String { get }
    var changesFile: String { get }

    /// How far before a mark changes are looked for by their time.
    var overlapMilliseconds: Int64 { get }

    /// The keys of dossiers by their codes; codes that the source does not have are left out, a code that
    /// it has twice is there twice.
    func keys(ofCodes codes: [String]) throws(Trouble) -> [(code: String, key: SourceKey)]

    /// Dossiers whole, in one state of the database; a key that is gone is left out.
    ///
    /// - Throws: a trouble that ``Trouble/isAboutRows`` when it is for the sake of some of these dossiers.
    func read(_ keys: [SourceKey]) throws(Trouble) -> [SourceDossier]

    /// Why a dossier is held that cannot be read even alone: the rule, and the column as far as it can be found.
    ///
    /// - Parameter trouble: what ``read(_:)`` of this key alone ended with; it ``Trouble/isAboutRows``.
    func hold(_ key: SourceKey, for trouble: Trouble) -> Hold

    /// A digest over the source's own mappings; nil when the profile names none.
    func mappings() throws(Trouble) -> Digest?

    /// Writes answers about applicants to the place that the profile names; some may stand there when it fails.
    func writeBack(_ answers: [WriteBack]) throws(Trouble)

    /// Sleeps until the source says that something changed, the descriptor is readable, or the time is
    /// over; true when the source has said so.
    func wait(milliseconds: Int64, interruptedBy descriptor: Int32?) throws(Trouble) -> Bool

    /// Connects and prepares everything, for `lienthongd check`.
    func check() throws(Trouble)

    /// Closes the connection; the next call opens one.
    func disconnect()
}

extension DossierSource {
    package func mark(now: Timestamp) throws(Trouble) -> SourceMark {
        try mark(now: now, ahead: nil)
    }

    package var namesExactChanges: Bool { false }
    package var listingFile: String { SourceQuery.all.fileName }
    package var changesFile: String { SourceQuery.changed.fileName }
    package var overlapMilliseconds: Int64 { 0 }
    package func carefulKeys(
        _ filter: ResyncFilter, after key: SourceKey?, limit: Int
    ) throws(Trouble) -> [SourceKey] {
        try allKeys(filter, after: key, limit: limit)
    }
    package var connectionNumber: Int { 0 }
    package func doubts(found: Int64?) throws(Trouble) -> [Trouble] { [] }
    package func timedKeys(
        since mark: SourceMark, after key: SourceKey?, limit: Int
    ) throws(Trouble) -> [SourceKey] { [] }

    package func hold(_ key: SourceKey, for trouble: Trouble) -> Hold {
        Hold(trouble.rowRule, field: "source_key")
    }
}

/// The first question of a look: keys of what changed since a mark, from the lowest on.
package struct LookAhead: Sendable {
    package let since: SourceMark
    package let limit: Int
}
