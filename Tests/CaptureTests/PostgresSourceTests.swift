import Capture
import Dossiers
import Foundation
import Operating
import Postgres
import TestSupport
import Testing
import Wire

@testable import Outbox

/// What only a server with many writers can do to a source.
@Suite("A source on PostgreSQL")
struct PostgresSourceTests {
    static let kinds: [SourceKind] = [.referencePostgres, .opencps]

    @Test("finds a transaction that commits long after the mark", arguments: kinds)
    func lateCommit(_ kind: SourceKind) throws {
        let office = try Office(kind)
        let slow = try office.anotherClerk()
        let early = office.time()
        try slow.execute("BEGIN;" + office.insertDossier(1, at: early))
        office.pass(seconds: 3600)
        // Others commit meanwhile, and marks pass.
        try office.execute(office.insertDossier(2))
        let first = try mark(office)
        #expect(try changes(office, first) == keys([2]))
        try office.execute(office.insertDossier(3))
        let second = try mark(office)
        try slow.execute("COMMIT")
        #expect(try changes(office, second).contains(SourceKey(1)))
    }

    @Test(
        "finds rows that a savepoint wrote, whose transaction has a higher number", arguments: kinds
    )
    func savepoints(_ kind: SourceKind) throws {
        let office = try Office(kind)
        let slow = try office.anotherClerk()
        try slow.execute("BEGIN;" + office.insertDossier(1) + "SAVEPOINT nested;")
        try slow.execute(office.insertDossier(2) + "RELEASE SAVEPOINT nested;")
        try office.execute(office.insertDossier(3))
        let mark = try mark(office)
        try slow.execute("COMMIT")
        #expect(Set(try changes(office, mark)).isSuperset(of: keys([1, 2])))
    }

    @Test("reads header and steps in one state of the database")
    func oneState() throws {
        let office = try Office(.referencePostgres)
        try office.execute(office.insertDossier(1) + office.insertStep(1, dossier: 1))
        // It waits for the lock as long as it takes.
        let source = DatabaseSource.postgres(
            office.profile, conninfo: office.path, lockTimeoutMilliseconds: 0)
        try source.check()
        let clerk = try office.anotherClerk()
        // The statement after the headers waits for this lock; what is committed meanwhile is not seen.
        try clerk.execute("BEGIN; LOCK TABLE step IN ACCESS EXCLUSIVE MODE")
        let reader = ReadingThread(source)
        try waitUntilBlocked(clerk)
        try clerk.execute(
            office.insertStep(2, dossier: 1) + office.correct(1, summary: "Đã sửa") + "COMMIT")
        let dossier = try #require(try reader.result().first)
        #expect(dossier.header[.summary] == "Hồ sơ thử")
        #expect(dossier.steps.count == 1)
    }

    @Test("is woken by a notification, and by its interrupter", arguments: kinds)
    func woken(_ kind: SourceKind) throws {
        let office = try Office(kind)
        try office.source.check()
        try office.execute("NOTIFY lienthongd")
        #expect(try office.source.wait(milliseconds: 600_000, interruptedBy: nil))
        let inbox = CaptureInbox()
        inbox.post(.look)
        #expect(
            try !office.source.wait(milliseconds: 600_000, interruptedBy: inbox.descriptor))
        #expect(inbox.takeAll().count == 1)
        #expect(inbox.takeAll().isEmpty)
    }

    @Test("gives a statement up that takes too long, says which, and goes on", arguments: kinds)
    func tooSlow(_ kind: SourceKind) throws {
        let office = try Office(kind, statementTimeoutMilliseconds: 100)
        try office.execute(office.insertDossier(1))
        try office.source.check()
        let clerk = try office.anotherClerk()
        let table = kind == .opencps ? "opencps_dossieraction" : "step"
        try clerk.execute("BEGIN; LOCK TABLE \(table) IN ACCESS EXCLUSIVE MODE")
        let found = try trouble { _ = try office.source.read(keys([1])) }
        #expect(found.code == "LT-3002")
        // OpenCPS's headers look into the same table.
        #expect(found.english.contains(kind == .opencps ? "headers.sql" : "progress.sql"))
        try clerk.execute("COMMIT")
        #expect(try office.source.read(keys([1])).count == 1)
    }

    @Test("names a column or table that the database has not got", arguments: kinds)
    func missingNames(_ kind: SourceKind) throws {
        let office = try Office(kind)
        let (table, column) =
            kind == .opencps ? ("opencps_dossieraction", "stepcode") : ("step", "officer")
        try office.execute("ALTER TABLE \(table) RENAME COLUMN \(column) TO renamed")
        let noColumn = try trouble { try office.source.check() }
        #expect(noColumn.code == "LT-3003")
        #expect(noColumn.english.contains(column))
        #expect(noColumn.english.contains(".sql"))
        try office.execute("ALTER TABLE \(table) RENAME TO gone")
        let noTable = try trouble { try office.source.check() }
        #expect(noTable.code == "LT-3003")
        #expect(noTable.english.contains(table))
    }

    @Test("names the table that its user may not read")
    func denied() throws {
        let office = try Office(.referencePostgres)
        let role = "clerk_\(UUID().uuidString.prefix(8).lowercased())"
        try office.execute("CREATE ROLE \(role) LOGIN; GRANT SELECT ON dossier TO \(role)")
        let source = DatabaseSource.postgres(
            office.profile, conninfo: office.path.replacing("user=postgres", with: "user=\(role)"))
        let found = try trouble {
            try source.check(); _ = try source.read(keys([1]))
        }
        #expect(found.code == "LT-3004")
        #expect(found.fix.contains("GRANT SELECT ON"))
    }

    @Test("says that the server cannot be reached, and never the password")
    func unreachable() throws {
        let office = try Office(.referencePostgres)
        let source = DatabaseSource.postgres(
            office.profile, conninfo: "host=/nonexistent user=x password=very-secret")
        let found = try trouble { try source.check() }
        #expect(found.code == "LT-3001")
        #expect(found.english.contains("/nonexistent"))
        #expect(!found.description.contains("very-secret"))
    }

    @Test("goes on after the server was restarted in the middle, with nothing lost")
    func restarted() throws {
        let cluster = try TestCluster()
        defer { cluster.remove() }
        let kind = SourceKind.referencePostgres
        let profile = try SourceProfile.load(directory: kind.directory, dialect: .postgres)
        let conninfo = try cluster.makeDatabase(schema: kind.schema)
        let office = try Office(kind)
        func execute(_ sql: String) throws {
            try PostgresConnection(conninfo, readOnly: false).execute(sql)
        }
        try execute(office.insertDossier(1))
        let source = DatabaseSource.postgres(profile, conninfo: conninfo)
        var before = try source.mark(now: office.now.wall)
        before.takenAt = office.time(secondsAgo: 60)
        try execute(office.insertDossier(2))
        try cluster.stop(mode: "immediate")
        #expect(try trouble { _ = try source.read(keys([1])) }.code == "LT-3001")
        #expect(try trouble { _ = try source.read(keys([1])) }.code == "LT-3001")
        try cluster.start()
        #expect(try source.read(keys([1])).count == 1)
        let after = try source.mark(now: office.now.wall)
        #expect(after.identity == before.identity)
        #expect(after.position >= before.position)
        #expect(
            try source.changedKeys(since: before, after: nil, limit: 10).contains(SourceKey(2)))
    }

    @Test("reads from a standby server, polls it, and says that it cannot be written to")
    func standby() throws {
        let cluster = try TestCluster()
        defer { cluster.remove() }
        let kind = SourceKind.referencePostgres
        let conninfo = try cluster.makeDatabase(schema: kind.schema)
        let office = try Office(kind)
        try PostgresConnection(conninfo, readOnly: false).execute(office.insertDossier(1))
        try cluster.becomeStandby()
        let source = DatabaseSource.postgres(
            try SourceProfile.load(directory: kind.directory, dialect: .postgres),
            conninfo: conninfo)
        var mark = try source.mark(now: office.now.wall)
        #expect(try source.read(keys([1])).count == 1)
        mark.position = 3
        mark.takenAt = office.time(secondsAgo: 60)
        #expect(try source.changedKeys(since: mark, after: nil, limit: 10) == keys([1]))
        let answer = WriteBack(
            id: 1, code: DossierCode("H21"), sourceKey: SourceKey(1), verification: .matched,
            settledAt: office.now.wall)
        #expect(try trouble { try source.writeBack([answer]) }.code == "LT-3005")
        #expect(try source.read(keys([1])).count == 1)
    }

    @Test("gives way when the office holds the row that an answer is for")
    func writeBackLocked() throws {
        let office = try Office(.referencePostgres)
        try office.execute(office.insertDossier(1))
        let clerk = try office.anotherClerk()
        try clerk.execute("BEGIN;" + office.correct(1, summary: "Đang sửa"))
        let answer = WriteBack(
            id: 1, code: DossierCode("H21"), sourceKey: SourceKey(1), verification: .matched,
            settledAt: office.now.wall)
        #expect(try trouble { try office.source.writeBack([answer]) }.code == "LT-3002")
        try clerk.execute("COMMIT")
        try office.source.writeBack([answer])
        #expect(try clerk.text("SELECT verification FROM dossier") == "matched")
    }

    @Test("derives from OpenCPS's tables what they do not say outright")
    func opencpsFacts() throws {
        let office = try Office(.opencps)
        try office.execute(
            office.insertDossier(1, status: "waiting")
                + "UPDATE opencps_dossier SET dossiersubstatus = 'waiting_payment', systemid = 5, "
                + "referenceuid = 'NGOAI-1', viapostal = 2 WHERE dossierid = 1;"
                + office.insertDossier(2, status: "denied") + office.insertDossier(3)
                + "UPDATE opencps_dossier SET originality = 9 WHERE dossierid = 3;"
                + office.insertDossier(4, procedure: "TT-2")
                + "UPDATE opencps_dossier SET originality = 3, submitdate = NULL WHERE dossierid = 4;"
        )
        try office.execute(office.insertStep(1, dossier: 1, code: "100"))
        office.pass(seconds: 60)
        try office.execute(office.insertStep(2, dossier: 1, code: "210"))
        office.pass(seconds: 60)
        try office.execute(
            office.insertStep(3, dossier: 1, code: "200") + office.insertPayment(1, dossier: 1)
                + office.insertStep(4, dossier: 2, code: "300"))
        try office.execute(
            """
            INSERT INTO opencps_dossierfile (dossierfileid, dossierid, referenceuid, dossierparttype,
                displayname, fileentryid, removed, deliverablecode, modifieddate) VALUES
                (1, 1, 'u1', 1, 'to-khai.pdf', 5, false, NULL, now()),
                (2, 1, 'u2', 1, 'ban-giay', 0, true, NULL, now()),
                (3, 1, 'u3', 2, 'ket-qua.pdf', 6, false, 'KQ.G15.000031', now()),
                (4, 1, 'u4', 0, 'noi-bo.pdf', 7, false, NULL, now());
            INSERT INTO opencps_applicant (applicantid, applicantidno, profile) VALUES
                (1, '000000000001', '{"gender":"1","birthDate":"1990-01-02"}'),
                (2, '000000000002', '{"birthDate": "1990" }'),
                (4, '000000000004', 'birthDate: none');
            """)
        let all = try office.source.read(keys(1...4))
        #expect(all.map(\.key) == keys([1, 2, 4]))
        let first = try #require(all.first)
        #expect(first.header[.code] == "NGOAI-1")
        #expect(first.header[.status] == "6")
        #expect(first.header[.returnMethod] == "1")
        #expect(first.header[.birthDate] == "1990-01-02")
        #expect(first.header[.birthYear] == nil)
        #expect(first.header[.onlinePayment] == "1")
        #expect(first.documents.map { $0[.isDigitised] } == ["1", "0"])
        #expect(first.documents.map { $0[.isDeleted] } == ["0", "1"])
        #expect(first.documents.first?[.url]?.hasSuffix("/1/public?uid=u1") == true)
        #expect(first.results.map { $0[.resultCode] } == ["KQ.G15.000031"])
        #expect(first.steps.map { $0[.localStatus] } == ["100", "210", "200"])
        let round = try #require(first.supplements.first)
        #expect(first.supplements.count == 1)
        #expect(round[.id] == "2")
        #expect(round[.isDone] == "1")
        #expect(round[.receivedAt]?.hasPrefix("2026-01-05 08:02:00") == true)
        let refused = all[1]
        #expect(refused.header[.refusedAt]?.hasPrefix("2026-01-05 08:02:00") == true)
        #expect(refused.header[.birthDate] == nil)
        #expect(refused.header[.birthYear] == "1990")
        let counter = all[2]
        #expect(counter.header[.procedureCode] == nil)
        #expect(counter.header[.channel] == "1")
        #expect(counter.header[.submittedAt] == counter.header[.acceptedAt])
        #expect(counter.header[.birthDate] == nil)
        #expect(try office.source.keys(ofCodes: ["NGOAI-1"]).map(\.key) == keys([1]))
        #expect(
            try office.source.allKeys(ResyncFilter(), after: nil, limit: 9) == keys([1, 2, 4]))
    }

    /// A mark with the office's own clock, which is not the server's.
    private func mark(_ office: Office) throws -> SourceMark {
        var mark = try office.source.mark(now: office.now.wall)
        mark.takenAt = office.time()
        return mark
    }

    private func changes(_ office: Office, _ mark: SourceMark) throws -> [SourceKey] {
        try office.source.changedKeys(since: mark, after: nil, limit: 100)
    }

    /// Returns when another session waits for a lock that the clerk holds.
    private func waitUntilBlocked(_ clerk: Clerk) throws {
        let sql =
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = "
            + "ANY (pg_blocking_pids(pid))"
        while try clerk.text(sql) == "0" { sched_yield() }
    }
}

/// Reads dossier 1 on a thread of its own, because it will have to wait.
private final class ReadingThread: @unchecked Sendable {
    // The source is used by this thread alone until `result` has joined it.
    private let source: DatabaseSource
    private let done = DispatchSemaphore(value: 0)
    private var found: Result<[SourceDossier], any Error>?

    init(_ source: DatabaseSource) {
        self.source = source
        Thread.detachNewThread { [self] in read() }
    }

    private func read() {
        found = Result { try source.read(keys([1])) }
        done.signal()
    }

    func result() throws -> [SourceDossier] {
        done.wait()
        return try #require(found).get()
    }
}
