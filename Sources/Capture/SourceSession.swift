internal import Dossiers
internal import Operating

/// One open connection to a source with the profile's statements prepared.
///
/// The only part of a source that knows its database; everything above is the same for all.
protocol SourceSession: AnyObject {
    /// False when the connection is gone and a new one must be opened.
    var isUsable: Bool { get }

    /// Others share what it is connected to, so that it cannot be woken.
    var isShared: Bool { get }

    /// True when what is wrong may be this session's alone: its statements were prepared for tables that have
    /// changed since. A new one either works or says what is missing.
    var isStale: Bool { get }

    /// The first column of a statement that cannot be read with these arguments; nil when none can be made out.
    ///
    /// The session is of no use afterwards, and says so.
    func unreadableColumn(of query: SourceQuery, _ arguments: QueryArguments) -> String?

    /// The column of a statement that has most bytes with these arguments, and how many; nil when there are none.
    /// The session is of no use afterwards.
    func largestColumn(
        of query: SourceQuery, _ arguments: QueryArguments
    ) -> (name: String, bytes: Int64)?

    /// The result columns of every statement of the profile.
    var columnNames: [SourceQuery: [String]] { get }

    /// Rows of one kind with their dossier's key, in the statement's order.
    func rows<Column: SourceColumn>(
        of query: SourceQuery, _ plan: ColumnPlan<Column>, _ arguments: QueryArguments,
        _ body: (SourceKey, SourceRow<Column>) -> Void
    ) throws(Trouble)

    /// The texts of a few rows.
    func texts(
        of query: SourceQuery, _ arguments: QueryArguments, _ body: ([String?]) -> Void
    ) throws(Trouble)

    /// What of a mark the database knows itself and SQL cannot say; nil leaves it to the statement.
    func identity() throws(Trouble) -> String?
    func version() throws(Trouble) -> String?

    /// Which of a server's histories it serves, as long as this session lasts; nil when it cannot be told.
    func lineage() throws(Trouble) -> String?

    /// What may keep rows from being seen.
    func doubts(found: Int64?) throws(Trouble) -> [Trouble]

    /// Runs the body so that all its reads see one state of the database.
    ///
    /// - Parameter queries: what it will ask for, in this order, with these arguments; those that the profile
    ///   does not have are passed over.
    func snapshot(
        of queries: [SourceQuery], _ arguments: QueryArguments, _ body: () throws(Trouble) -> Void
    ) throws(Trouble)

    /// Runs the body so that the one statement that it asks for looks at row by row in the order of its keys, as far
    /// as the database can be brought to do that.
    func inKeyOrder(
        _ query: SourceQuery, _ arguments: QueryArguments, _ body: () throws(Trouble) -> Void
    ) throws(Trouble)

    /// Runs a statement once for each set of arguments; some may be done when it fails.
    func write(_ query: SourceQuery, _ arguments: [QueryArguments]) throws(Trouble)

    /// Runs a statement that writes and takes it back: whether it could be carried out, with nothing changed.
    func rehearse(_ query: SourceQuery, _ arguments: QueryArguments) throws(Trouble)

    /// What there is of the profile's feed and where it ends, and the rows of the profile's mark.
    ///
    /// In this order: what is committed between the two makes another version, and stands behind the feed's
    /// end. The other way round it would be passed by when the version has not changed.
    ///
    /// - Parameter ahead: a question that may be answered after these in the same trip; nil keys when it was not.
    func mark(_ arguments: QueryArguments, ahead: FeedQuestion?) throws(Trouble) -> SessionMark

    /// Keys that the feed has since a position, ascending; those that are no keys of a dossier left out.
    func feedKeys(since position: Int64, after key: SourceKey?, limit: Int) throws(Trouble)
        -> [SourceKey]

    /// How many rows the feed has, about.
    func feedSize() throws(Trouble) -> Int64

    /// Removes rows of the feed before a position; how many.
    func trimFeed(before position: Int64, limit: Int) throws(Trouble) -> Int

    /// Sleeps until somebody notifies, the descriptor is readable, or the time is over; true when somebody
    /// has notified.
    func wait(milliseconds: Int64, interruptedBy descriptor: Int32?) throws(Trouble) -> Bool
}

/// Which keys the feed has since a position, from the lowest on.
struct FeedQuestion: Hashable {
    var position: Int64
    var limit: Int
}

/// What a session says when it is asked for a mark.
struct SessionMark {
    var feed: FeedState
    /// Rows of the profile's mark.
    var rows: [[String?]]
    /// The answer to the question that was asked ahead.
    var keys: [SourceKey]?
}
