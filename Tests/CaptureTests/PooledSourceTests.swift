import Dossiers
import Operating
import Postgres
import TestSupport
import Testing
import Wire

@testable import Capture
@testable import Outbox

@Suite("A source behind a pooler")
struct PooledSourceTests {
    @Test("is read, asked for its feed and written to, while the office shares its only connection")
    func everything() async throws {
        let office = try Office(.referencePostgres)
        try office.installFeed()
        try office.execute(office.insertDossier(1))
        let database = String(try #require(office.path.split(separator: "=").last))
        let pooler = try TestCluster.shared().makePooler(mode: "transaction")
        let place = pooler.conninfo(database)
        let clerk = try PostgresConnection(place, readOnly: false, applicationName: "office")
        let source = DatabaseSource.postgres(office.profile, conninfo: place)
        #expect(try source.isShared())
        let first = try source.mark(now: office.now.wall)
        try clerk.execute(office.insertDossier(2))
        let second = try source.mark(
            now: office.now.wall, ahead: LookAhead(since: first, limit: 10))
        // Whatever another test has open on the shared server holds both back until it ends.
        try await eventually("the new dossier is told") {
            try source.changedKeys(since: first, after: nil, limit: 10).contains(SourceKey(2))
        }
        try clerk.execute(office.correct(1, summary: "Đã sửa"))
        try await eventually("the correction is told") {
            try source.changedKeys(since: second, after: nil, limit: 10).contains(SourceKey(1))
        }
        #expect(try source.read(keys([1, 2])).map(\.key) == keys([1, 2]))
        let answers = (1...2).map {
            WriteBack(
                id: Int64($0), code: DossierCode("H21"), sourceKey: SourceKey(Int64($0)),
                verification: .matched, settledAt: office.now.wall)
        }
        try source.writeBack(answers)
        try clerk.execute("UPDATE dossier SET note = 'vẫn ghi được'")
        #expect(
            try office.anotherClerk().text(
                "SELECT count(*)::text FROM dossier WHERE verification = 'matched' AND note <> ''")
                == "2")
        // Nobody is told anything, and the wait ends with its time.
        #expect(try !source.wait(milliseconds: 1, interruptedBy: nil))
    }
}

@Suite("The pace of writing back")
struct WritePaceTests {
    @Test("grows while it is quick, shrinks when rows are locked for longer than a moment")
    func pace() {
        var pace = WritePace()
        for _ in 0..<10 { pace.took(.milliseconds(5)) }
        #expect(pace.size == WritePace.most)
        pace.took(.milliseconds(40))
        #expect(pace.size == WritePace.most)
        for _ in 0..<10 { pace.took(.milliseconds(51)) }
        #expect(pace.size == 1)
        pace.took(.seconds(3))
        #expect(pace.size == 1)
        pace.took(.milliseconds(25))
        #expect(pace.size == 2)
    }
}
