internal import Dossiers
internal import SQLite
internal import Wire

/// The statements that claim by range, and those over `destination` and `flight`.
final class ClaimTable {
    static let readyQuery = """
        SELECT id FROM lane INDEXED BY lane_ready
        WHERE head_state = 0 AND destination = ?1 AND backlog = ?2 AND head_due <= ?3
        ORDER BY head_due, id
        """
    static let newestQuery = """
        SELECT id FROM lane INDEXED BY lane_ready
        WHERE head_state = 0 AND destination = ?1 AND backlog = 0 AND head_due <= ?2
        ORDER BY head_due DESC, id DESC
        """
    static let uncertainQuery = """
        SELECT id FROM lane INDEXED BY lane_uncertain
        WHERE head_state = 2 AND destination = ?1 AND head_due <= ?2
        ORDER BY head_due, id
        """
    static let nextReadyQuery = """
        SELECT head_due FROM lane INDEXED BY lane_ready
        WHERE head_state = 0 AND destination = ?1 AND backlog = ?2 AND head_due > ?3
        ORDER BY head_due LIMIT 1
        """
    static let nextUncertainQuery = """
        SELECT head_due FROM lane INDEXED BY lane_uncertain
        WHERE head_state = 2 AND destination = ?1 AND head_due > ?2
        ORDER BY head_due LIMIT 1
        """

    private let ready: Statement
    private let newest: Statement
    private let early: Statement
    private let puttingOff: Statement
    private let uncertain: Statement
    private let nextReady: Statement
    private let nextUncertain: Statement
    private let version: Statement
    private let allDestinations: Statement
    private let addDestination: Statement
    private let addFlight: Statement
    private let allFlights: Statement
    private let saveFlight: Statement
    private let db: Database

    init(_ db: Database) throws(SQLiteError) {
        self.db = db
        ready = try db.prepare(ClaimTable.readyQuery)
        newest = try db.prepare(ClaimTable.newestQuery)
        early = try db.prepare("SELECT 1 FROM lane WHERE id = ?1 AND head_due < ?2")
        puttingOff = try db.prepare(
            """
            UPDATE lane SET head_due = ?3
            WHERE id = ?1 AND head = ?2 AND head_state IN (0, 2)
            """)
        uncertain = try db.prepare(ClaimTable.uncertainQuery)
        nextReady = try db.prepare(ClaimTable.nextReadyQuery)
        nextUncertain = try db.prepare(ClaimTable.nextUncertainQuery)
        version = try db.prepare("PRAGMA data_version")
        allDestinations = try db.prepare("SELECT id, name FROM destination")
        addDestination = try db.prepare("INSERT INTO destination (name) VALUES (?1)")
        addFlight = try db.prepare(
            """
            INSERT INTO flight (destination, deliveries, acknowledged, attempts)
            VALUES (?1, x'', 0, 0)
            """)
        allFlights = try db.prepare(
            """
            SELECT destination, deliveries, acknowledged, attempts, turns, owed, lanes, confirmed
            FROM flight
            """)
        saveFlight = try db.prepare(
            """
            UPDATE flight SET deliveries = ?2, acknowledged = ?3, attempts = ?4, turns = ?5,
                owed = ?6, lanes = ?7, confirmed = ?8, written_at = ?9
            WHERE destination = ?1
            """)
    }

    // MARK: - Claiming

    /// Lanes whose head is due, in order, without those that have one under way; reads no more than it needs.
    func ready(
        destination: Int64, isBacklog: Bool, now: Timestamp, limit: Int, except: Set<Int64>
    ) throws(SQLiteError) -> [Int64] {
        ready.bind(1, destination)
        ready.bind(2, isBacklog ? 1 : 0)
        ready.bind(3, now.milliseconds)
        return try take(ready, limit: limit, except: except)
    }

    /// Lanes whose head is due and fresh, the newest first.
    func newest(destination: Int64, now: Timestamp, limit: Int, except: Set<Int64>)
        throws(SQLiteError) -> [Int64]
    {
        newest.bind(1, destination)
        newest.bind(2, now.milliseconds)
        return try take(newest, limit: limit, except: except)
    }

    /// Whether a lane's head was due before a moment.
    func isDue(_ lane: Int64, before moment: Timestamp) throws(SQLiteError) -> Bool {
        early.bind(1, lane)
        early.bind(2, moment.milliseconds)
        defer { early.reset() }
        return try early.step()
    }

    /// Ready and uncertain deliveries only: the others are not due by the clock.
    func putOff(_ id: Int64, to due: Timestamp) throws(SQLiteError) {
        puttingOff.bind(1, DeliveryNumber.lane(of: id))
        puttingOff.bind(2, id)
        puttingOff.bind(3, due.milliseconds)
        try puttingOff.run()
    }

    func uncertain(destination: Int64, now: Timestamp, limit: Int, except: Set<Int64>)
        throws(SQLiteError) -> [Int64]
    {
        uncertain.bind(1, destination)
        uncertain.bind(2, now.milliseconds)
        return try take(uncertain, limit: limit, except: except)
    }

    private func take(_ statement: Statement, limit: Int, except: Set<Int64>)
        throws(SQLiteError) -> [Int64]
    {
        guard limit > 0 else { return [] }
        defer { statement.reset() }
        var found: [Int64] = []
        while found.count < limit, try statement.step() {
            let id = statement.integer(0)
            if !except.contains(id) { found.append(id) }
        }
        return found
    }

    /// The earliest due time after a moment.
    func nextDue(destination: Int64, after: Timestamp) throws(SQLiteError) -> Timestamp? {
        var earliest: Int64?
        for backlog: Int64 in [0, 1] {
            nextReady.bind(1, destination)
            nextReady.bind(2, backlog)
            nextReady.bind(3, after.milliseconds)
            defer { nextReady.reset() }
            if try nextReady.step() {
                earliest = min(earliest ?? .max, nextReady.integer(0))
            }
        }
        nextUncertain.bind(1, destination)
        nextUncertain.bind(2, after.milliseconds)
        defer { nextUncertain.reset() }
        if try nextUncertain.step() { earliest = min(earliest ?? .max, nextUncertain.integer(0)) }
        return earliest.map(Timestamp.init(milliseconds:))
    }

    /// Changes when another connection has committed. The pragma is `data_version`.
    func dataVersion() throws(SQLiteError) -> Int64 {
        defer { version.reset() }
        return try version.step() ? version.integer(0) : 0
    }

    // MARK: - Destinations and what is under way to them

    func destinations() throws(SQLiteError) -> [(Int64, String)] {
        var found: [(Int64, String)] = []
        while try allDestinations.step() {
            found.append((allDestinations.integer(0), allDestinations.text(1) ?? ""))
        }
        return found
    }

    func insert(_ destination: DestinationID) throws(SQLiteError) -> Int64 {
        addDestination.bind(1, destination.rawValue)
        try addDestination.run()
        let id = db.lastInsertedRow
        addFlight.bind(1, id)
        try addFlight.run()
        return id
    }

    /// Adds to what a destination's row counts: for a command, which has no copy of it.
    func count(_ change: Tally, of destination: Int64) throws(SQLiteError) {
        let counting = try db.prepare(
            """
            UPDATE flight SET owed = owed + ?2, lanes = lanes + ?3, confirmed = confirmed + ?4
            WHERE destination = ?1
            """)
        counting.bind(1, destination)
        counting.bind(2, change.owed)
        counting.bind(3, change.lanes)
        counting.bind(4, change.confirmed)
        try counting.run()
    }

    func flights() throws(SQLiteError) -> [Int64: Flight] {
        var found: [Int64: Flight] = [:]
        while try allFlights.step() {
            var flight = Flight()
            for id in FlightBytes.unpack(allFlights.blob(1) ?? []) { flight.take(id) }
            flight.isChanged = false
            flight.acknowledged = allFlights.integer(2)
            flight.attempts = allFlights.integer(3)
            flight.turns = allFlights.integer(4)
            flight.tally = Tally(
                owed: allFlights.integer(5), lanes: allFlights.integer(6),
                confirmed: allFlights.integer(7))
            found[allFlights.integer(0)] = flight
        }
        return found
    }

    func save(_ flight: Flight, of destination: Int64, at now: Timestamp) throws(SQLiteError) {
        saveFlight.bind(1, destination)
        saveFlight.bind(2, FlightBytes.pack(flight.deliveries))
        saveFlight.bind(3, flight.acknowledged)
        saveFlight.bind(4, flight.attempts)
        saveFlight.bind(5, flight.turns)
        saveFlight.bind(6, flight.tally.owed)
        saveFlight.bind(7, flight.tally.lanes)
        saveFlight.bind(8, flight.tally.confirmed)
        saveFlight.bind(9, now.milliseconds)
        try saveFlight.run()
    }
}

/// `flight.deliveries`: eight bytes a delivery, in order.
enum FlightBytes {
    static func pack(_ ids: Set<Int64>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(ids.count * 8)
        for id in ids.sorted() {
            withUnsafeBytes(of: id.bigEndian) { bytes.append(contentsOf: $0) }
        }
        return bytes
    }

    static func unpack(_ bytes: [UInt8]) -> [Int64] {
        stride(from: 0, to: bytes.count - bytes.count % 8, by: 8).map { offset in
            bytes[offset..<(offset + 8)].reduce(Int64(0)) { $0 << 8 | Int64($1) }
        }
    }
}
