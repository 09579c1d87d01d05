internal import Dossiers
internal import SQLite

/// Which lanes a dossier has, by destination. As it is kept: `1:345 2:346`.
struct DossierLanes: Equatable {
    private var lanes: [(destination: Int64, lane: Int64)] = []

    init() {}

    /// Parts that are none are passed over.
    init(text: String) {
        guard !text.isEmpty else { return }
        for part in text.utf8.split(separator: UInt8(ascii: " ")) {
            guard let colon = part.firstIndex(of: UInt8(ascii: ":")),
                let destination = Int64(Substring(part[..<colon])),
                let lane = Int64(Substring(part[part.index(after: colon)...]))
            else { continue }
            lanes.append((destination, lane))
        }
    }

    var text: String { lanes.map { "\($0.destination):\($0.lane)" }.joined(separator: " ") }

    var isEmpty: Bool { lanes.isEmpty }

    subscript(destination: Int64) -> Int64? {
        lanes.first { $0.destination == destination }?.lane
    }

    mutating func add(_ lane: Lane) { lanes.append((lane.destination, lane.id)) }

    static func == (a: DossierLanes, b: DossierLanes) -> Bool {
        a.lanes.elementsEqual(b.lanes) { $0 == $1 }
    }
}

/// The statements over `stray`: lanes of codes that no row of the source owns at the moment, because the row that
/// did has another code now. Whoever owns the code next goes on with them.
struct StrayTable {
    private let finding: Statement
    private let removing: Statement
    private let keeping: Statement

    init(_ db: Database) throws(SQLiteError) {
        finding = try db.prepare("SELECT lanes FROM stray WHERE code = ?1")
        removing = try db.prepare("DELETE FROM stray WHERE code = ?1")
        keeping = try db.prepare(
            """
            INSERT INTO stray (code, lanes) VALUES (?1, ?2)
            ON CONFLICT (code) DO UPDATE SET lanes = lanes || ' ' || excluded.lanes
            """)
    }

    func find(_ code: String) throws(SQLiteError) -> DossierLanes {
        finding.bind(1, code)
        defer { finding.reset() }
        return try finding.step() ? DossierLanes(text: finding.text(0) ?? "") : DossierLanes()
    }

    /// Gives a code's lanes to whoever owns it from now on.
    func take(_ code: String) throws(SQLiteError) -> DossierLanes {
        let lanes = try find(code)
        guard !lanes.isEmpty else { return lanes }
        removing.bind(1, code)
        try removing.run()
        return lanes
    }

    func keep(_ lanes: DossierLanes, of code: String) throws(SQLiteError) {
        keeping.bind(1, code)
        keeping.bind(2, lanes.text)
        try keeping.run()
    }
}
