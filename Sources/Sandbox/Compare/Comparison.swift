package import Operating

/// What `compare` is asked for.
package struct ComparisonOrder: Sendable {
    package var profile: String
    package var database: String
    /// `http://127.0.0.1:PORT`.
    package var portal: String
    /// The folder `Config/codes`, and another `units.json5` than its own.
    package var codes: String?
    package var units: String?
    /// The folder `Config/sources`, for the profile's `file_url`.
    package var sources: String?
    package var fileURL: String?
    /// How many differences are told one by one.
    package var limit = 20
    /// Codes of dossiers that the office deleted: the portal may hold them, and need not.
    package var deleted: Set<String> = []

    package init(profile: String, database: String, portal: String) {
        self.profile = profile
        self.database = database
        self.portal = portal
    }
}

/// Walks both ends in the order of dossier codes, one page of each in memory.
package struct Comparison {
    private let oracle: Oracle
    private let source: any OracleSource
    private let held: HoldingsReader
    private var report: ComparisonReport
    private let deleted: Set<String>
    /// Rows whose code stands elsewhere in the portal's order than in the source's, because blanks were
    /// taken off it. There are few.
    private var strays: [(code: String, row: OracleRow)] = []
    /// What the portal holds and no row has claimed yet.
    private var unclaimed: [String: HeldRecord] = [:]

    package static func run(_ order: ComparisonOrder) throws(Trouble) -> ComparisonReport {
        guard let profile = OneStopProfile(rawValue: order.profile) else {
            throw .optionUnknownValue(
                "--profile", order.profile, OneStopProfile.allCases.map(\.rawValue))
        }
        let place = OneStopPlace(order.database)
        if profile == .opencps, place.engine == .sqlite { throw .oneStopUnsupported(order.profile) }
        let codes = try OracleCodes.load(
            order.codes ?? ProjectFolder.config("codes"), units: order.units)
        do {
            let session = try OracleSession(place)
            let source: any OracleSource =
                profile == .reference
                ? try ReferenceSource(session)
                : try OpenCPSSource(session, fileURL: try fileURL(order))
            let held = HoldingsReader(
                try LoopbackGet(base: order.portal, path: "/sandbox/holdings"))
            var comparison = Comparison(
                oracle: Oracle(codes: codes), source: source, held: held,
                report: ComparisonReport(limit: order.limit), deleted: order.deleted)
            return try comparison.walk()
        } catch { throw .oneStop(error) }
    }

    private static func fileURL(_ order: ComparisonOrder) throws(Trouble) -> String {
        if let given = order.fileURL { return given }
        let folder = order.sources ?? ProjectFolder.config("sources")
        let profile = try Settings.load(path: "\(folder)/opencps/profile.json5")
        return try profile.section("settings").string("file_url")
    }

    init(
        oracle: Oracle, source: any OracleSource, held: HoldingsReader, report: ComparisonReport,
        deleted: Set<String> = []
    ) {
        self.deleted = deleted
        self.oracle = oracle
        self.source = source
        self.held = held
        self.report = report
    }

    mutating func walk() throws -> ComparisonReport {
        var group: [OracleRow] = []
        while true {
            let page = try source.page()
            if page.isEmpty { break }
            for row in page {
                report.dossiers += 1
                if let first = group.first, first.rawCode != row.rawCode {
                    try settle(group)
                    group = []
                }
                group.append(row)
            }
        }
        if !group.isEmpty { try settle(group) }
        while let rest = try held.next() { leaveOver(rest) }
        settleStrays()
        for (code, _) in unclaimed.sorted(by: { $0.key < $1.key }) {
            report.note(.unexpected, code)
        }
        report.held = report.holds.values.reduce(0, +)
        report.portalDossiers = held.count
        report.repeatedSteps = held.repeatedSteps
        return report
    }

    /// All rows of one raw code: usually one.
    private mutating func settle(_ group: [OracleRow]) throws {
        let code: String
        do throws(OracleHold) {
            code = try oracle.code(group[0])
        } catch {
            for _ in group { report.hold(group[0].isDeleted ? .deleted : error) }
            return
        }
        if code != group[0].rawCode {
            for row in group { strays.append((code, row)) }
            return
        }
        let found = try take(code)
        settle(code, group, found)
    }

    /// The portal's record of that code; those before it are left over.
    private mutating func take(_ code: String) throws -> HeldRecord? {
        while let next = try held.peek() {
            if next.code == code { return try held.next() }
            if !next.code.utf8.lexicographicallyPrecedes(code.utf8) { return nil }
            _ = try held.next()
            leaveOver(next)
        }
        return nil
    }

    private mutating func leaveOver(_ record: HeldRecord) {
        // A deletion is not sent: what the portal was told before stays there.
        if deleted.contains(record.code) {
            report.deleted += 1
            return
        }
        // Strays may claim it later; beyond a bound it is only counted.
        if unclaimed.count < 10_000 {
            unclaimed[record.code] = record
        } else {
            report.note(.unexpected, record.code)
        }
    }

    private mutating func settleStrays() {
        for (code, rows) in Dictionary(grouping: strays, by: { $0.code }) {
            settle(code, rows.map { $0.row }, unclaimed.removeValue(forKey: code))
        }
    }

    private mutating func settle(_ code: String, _ rows: [OracleRow], _ found: HeldRecord?) {
        let verdicts = rows.map { oracle.judge($0) }
        var expected: [PortalRecord] = []
        for verdict in verdicts {
            switch verdict {
            case .expected(let record): expected.append(record)
            case .held(let reason): report.hold(reason)
            }
        }
        guard let first = expected.first else {
            if found != nil { report.note(.heldButPresent, code) }
            return
        }
        // Two rows of one code cannot both be sent: whichever came first may stand there.
        for _ in expected.dropFirst() { report.hold(.duplicateCode) }
        guard let found else {
            if expected.count == 1 {
                report.note(.missing, code)
            } else {
                report.hold(.duplicateCode)
            }
            return
        }
        let differences = expected.map { RecordDifference.fields(expected: $0, found: found) }
        let best = differences.min { $0.count < $1.count } ?? []
        if best.isEmpty {
            report.equal += 1
            report.steps += first.progress.count
        } else {
            report.note(.differing, code, fields: best)
        }
    }
}

/// The portal's listing, one record ahead.
final class HoldingsReader {
    private let lines: () throws -> [UInt8]?
    private var ahead: HeldRecord?
    private(set) var count = 0
    private(set) var repeatedSteps = 0
    private var last = ""

    init(_ get: LoopbackGet) { lines = { try get.line() } }

    /// For tests: lines from anywhere.
    init(lines: @escaping () throws -> [UInt8]?) { self.lines = lines }

    func peek() throws -> HeldRecord? {
        if ahead == nil { ahead = try read() }
        return ahead
    }

    func next() throws -> HeldRecord? {
        let record = try peek()
        ahead = nil
        return record
    }

    private func read() throws -> HeldRecord? {
        guard let line = try lines() else { return nil }
        guard let record = HeldRecord(line: line) else {
            throw Trouble.holdingsUnreadable("line \(count + 1)")
        }
        guard count == 0 || last.utf8.lexicographicallyPrecedes(record.code.utf8) else {
            throw Trouble.holdingsUnreadable("line \(count + 1): out of order")
        }
        last = record.code
        count += 1
        repeatedSteps += record.repeatedSteps
        return record
    }
}
