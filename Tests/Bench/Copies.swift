import Foundation
import SQLite

/// A stopped store made large by copying its own rows, so that nobody need walk a road a million times.
///
/// Bodies stay sealed as they are, codes get a number behind them. The ledger's copies have one made-up
/// seal: `ledger verify` would refuse such a store, the daemon only goes on from its last seal.
struct Copies {
    private let path: String
    private let db: Database

    init(of store: String) throws {
        path = store
        db = try Database(path: store, mode: .readWrite)
        // Nothing here has to survive a crash; the daemon turns its own settings on again.
        try db.execute(
            """
            PRAGMA wal_checkpoint(TRUNCATE);
            PRAGMA journal_mode = OFF;
            PRAGMA synchronous = OFF;
            PRAGMA foreign_keys = OFF;
            PRAGMA cache_size = -524288;
            PRAGMA temp_store = MEMORY;
            """)
    }

    /// Copies what waits to be sent until there are so many deliveries.
    func queue(_ wanted: Int) throws {
        let ids = try largest("id", of: "lane")
        let keys = try largest("source_key", of: "dossier")
        try multiply(
            try count("delivery"), to: wanted, bytes: 4096,
            [
                dossiers(keys, lanes: ids),
                (
                    "lane", ids,
                    [
                        "id": "id + ?1 * \(ids)", "code": "code || '-' || ?1",
                        "head": "head + (?1 * \(ids) << 28)", "head_due": "head_due + ?1",
                    ]
                ),
            ]
                + ["delivery_state", "delivery_history", "delivery_verify"].map { table in
                    (
                        table, (ids + 1) << 26,
                        ["place": "place + (?1 * \(ids) << 26)", "recorded_at": "recorded_at + ?1"]
                    )
                })
        try recount()
    }

    /// What the store counts of its lanes, after they were multiplied.
    private func recount() throws {
        try db.execute(
            """
            UPDATE flight SET
                owed = (SELECT coalesce(sum(owed), 0) FROM lane
                    WHERE destination = flight.destination),
                lanes = (SELECT count(*) FROM lane WHERE destination = flight.destination),
                confirmed = (SELECT count(*) FROM lane
                    WHERE destination = flight.destination AND confirmed > 0)
            """)
    }

    /// Copies what was delivered, with its evidence, until so many dossiers are known.
    func delivered(_ wanted: Int) throws {
        let ids = try largest("id", of: "lane")
        let keys = try largest("source_key", of: "dossier")
        let lines = try largest("seq", of: "ledger")
        try multiply(
            try count("dossier"), to: wanted, bytes: 2048,
            [
                dossiers(keys, lanes: ids),
                (
                    "lane", ids,
                    [
                        "id": "id + ?1 * \(ids)", "code": "code || '-' || ?1",
                        "last_line": "iif(last_line = 0, 0, last_line + ?1 * \(lines))",
                    ]
                ),
                (
                    "ledger", lines,
                    [
                        "seq": "seq + ?1 * \(lines)", "lane": "lane + ?1 * \(ids)",
                        "previous": "iif(previous = 0, 0, previous + ?1 * \(lines))",
                    ]
                ),
            ])
        try db.execute(
            "INSERT OR IGNORE INTO ledger_seal (seq, hash) SELECT max(seq), randomblob(32) FROM ledger"
        )
        try recount()
    }

    private typealias Plan = (table: String, key: Int64, shifts: [String: String])

    /// Under negative keys, where no source has rows and no pass looks for them: else each would miss some,
    /// write that down and ask about them. What is held is looked at again by its key: it is not copied.
    private func dossiers(_ keys: Int64, lanes: Int64) -> Plan {
        (
            "dossier", keys,
            [
                "source_key": "-(source_key + ?1 * \(keys))", "code": "code || '-' || ?1",
                // The benchmark has one destination.
                "lanes": "iif(lanes = '', '', '1:' || (substr(lanes, 3) + ?1 * \(lanes)))",
            ]
        )
    }

    private func multiply(_ have: Int, to wanted: Int, bytes: Int, _ plans: [Plan]) throws {
        guard have > 0 else { throw Broken(description: "nothing to copy in \(path)") }
        guard wanted > have else { return }
        try demandSpace(Int64(wanted - have) * Int64(bytes))
        let statements = try plans.map { plan in
            let columns = try names(of: plan.table)
            let values = columns.map { plan.shifts[$0] ?? $0 }
            let key = columns.first { plan.shifts[$0] != nil && $0 != "code" } ?? "id"
            let isFree = columns.contains("hold_rule") ? "hold_rule IS NULL" : "true"
            return try db.prepare(
                """
                INSERT INTO \(plan.table) (\(columns.joined(separator: ", ")))
                SELECT \(values.joined(separator: ", ")) FROM \(plan.table)
                WHERE \(key) BETWEEN 1 AND \(plan.key) AND \(isFree)
                """)
        }
        try db.transaction {
            for copy in 1...((wanted + have - 1) / have - 1) {
                for statement in statements {
                    statement.bind(1, copy)
                    try statement.run()
                }
            }
        }
    }

    /// Refuses rather than filling the disk.
    private func demandSpace(_ bytes: Int64) throws {
        var information = statvfs()
        guard statvfs(path, &information) == 0 else { return }
        let free = Int64(information.f_bavail) * Int64(information.f_frsize)
        guard free > bytes + bytes / 2 else {
            throw Broken(
                description:
                    "needs \(bytes >> 20) MiB and as much again by half; \(free >> 20) free")
        }
    }

    private func names(of table: String) throws -> [String] {
        let statement = try db.prepare("SELECT name FROM pragma_table_info('\(table)')")
        var names: [String] = []
        while try statement.step() { names.append(statement.text(0) ?? "") }
        return names
    }

    private func largest(_ column: String, of table: String) throws -> Int64 {
        try db.integer("SELECT coalesce(max(\(column)), 0) FROM \(table)") ?? 0
    }

    private func count(_ table: String) throws -> Int {
        Int(try db.integer("SELECT count(*) FROM \(table)") ?? 0)
    }
}
