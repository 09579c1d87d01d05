package import Dossiers
package import Operating
internal import Outbox
internal import Postgres
package import Wire

/// Everything that a profile asks of its database, carried out once for `lienthongd check`: a statement that
/// fails hides no other. Nothing is changed.
///
/// To prepare a statement shows that its tables and columns are there. That they may be read, that the keys are
/// numbers and that no row breaks it shows only when it runs.
package struct SourceTrial {
    /// How many dossiers are read at most, and how long one statement may take.
    package static let sampleSize = 400
    private static let statementTimeout = 20_000
    /// How far back changes are looked for, so that the sample is not of the oldest dossiers alone.
    private static let lookBack: Int64 = 30 * 86_400

    package let profile: SourceProfile
    private let open: (SourceProfile, _ isWriter: Bool) throws(Trouble) -> any SourceSession
    private let serverTime: () throws(Trouble) -> Timestamp?

    /// What was found.
    package struct Findings {
        package var troubles: [Trouble] = []
        /// How many statements ran as they should.
        package var statements = 0
        /// What was read with those that work; nil when it cannot be read without the others.
        package var sample: [SourceDossier]?
        /// By how much the database server's clock is ahead of ours, in milliseconds; nil when it has none.
        package var clockAhead: Int64?
        /// True when the profile's place for answers may be written.
        package var writesBack = false
    }

    package static func postgres(
        _ profile: SourceProfile, conninfo: String, acceptsHiddenRows: Bool = false
    ) -> SourceTrial {
        SourceTrial(profile: profile) { profile, isWriter throws(Trouble) in
            try PostgresSession(
                profile, conninfo, isWriter: isWriter, connectTimeoutSeconds: 10,
                statementTimeoutMilliseconds: statementTimeout,
                lockTimeoutMilliseconds: PostgresSession.lockTimeoutMilliseconds,
                acceptsHiddenRows: acceptsHiddenRows)
        } serverTime: { () throws(Trouble) in
            try SourceTrial.serverTime(conninfo)
        }
    }

    package static func sqlite(_ profile: SourceProfile, path: String) -> SourceTrial {
        SourceTrial(profile: profile) { profile, isWriter throws(Trouble) in
            try SQLiteSession(profile, path, isWriter: isWriter, busyTimeoutMilliseconds: 5000)
        } serverTime: { () throws(Trouble) in
            nil
        }
    }

    /// - Parameters:
    ///   - source: the same database as the daemon would read it.
    ///   - writesBack: whether the daemon is to write answers.
    package func run(_ source: DatabaseSource, writesBack: Bool, now: Timestamp) -> Findings {
        var findings = Findings()
        do throws(Trouble) {
            // Alone, so that a server that is away is told once and not for each statement.
            _ = try open(profile.only(.mark), false)
        } catch {
            guard error.code != "LT-3003", error.code != "LT-1210" else {
                return statements(source, writesBack, now, findings)
            }
            findings.troubles = [error]
            return findings
        }
        do throws(Trouble) {
            findings.clockAhead = try serverTime().map { $0.milliseconds - now.milliseconds }
        } catch {
            findings.troubles.append(error)
        }
        do throws(Trouble) {
            findings.troubles += try source.doubts(found: nil)
        } catch {
            // What cannot be prepared is told by the statements, each for itself.
        }
        return statements(source, writesBack, now, findings)
    }

    private func statements(
        _ source: DatabaseSource, _ writesBack: Bool, _ now: Timestamp, _ before: Findings
    ) -> Findings {
        var findings = before
        var failed: Set<SourceQuery> = []
        func attempt(_ query: SourceQuery, _ body: () throws(Trouble) -> Void) {
            do throws(Trouble) {
                try body()
                findings.statements += 1
            } catch {
                failed.insert(query)
                // Several statements may fail for one reason, such as a table that is gone.
                if !findings.troubles.contains(error) { findings.troubles.append(error) }
            }
        }
        var arguments = arguments(source, now)
        var keys: [SourceKey] = []
        for query in [SourceQuery.mark, .changed, .all]
        where profile.statements[query] != nil {
            attempt(query) { () throws(Trouble) in
                let rows = try rows(of: query, arguments)
                guard query != .mark else {
                    return take(rows, into: &arguments)
                }
                keys += rows.keys
            }
        }
        let sample = Array(Set(keys).sorted().suffix(SourceTrial.sampleSize))
        // Without a dossier the statements run all the same: a right that is missing shows then too.
        arguments["keys"] = .keys(sample.isEmpty ? [SourceKey(1)] : sample)
        for query in [SourceQuery.byCode, .headers, .mappings] + SourceQuery.children
        where profile.statements[query] != nil {
            attempt(query) { () throws(Trouble) in _ = try rows(of: query, arguments) }
        }
        if writesBack, profile.hasWriteBack {
            attempt(.writeBack) { () throws(Trouble) in
                // No row has this key: rights, types and a read-only server show without one.
                try open(profile.only(.writeBack), true).rehearse(
                    .writeBack,
                    [
                        "source_key": .integer(0), "outcome": .text("matched"),
                        "elements": .text(""), "verified_at": .text(source.time(now)),
                    ])
                findings.writesBack = true
            }
        }
        guard !failed.contains(.headers),
            !sample.isEmpty || failed.isDisjoint(with: [.mark, .changed, .all])
        else { return findings }
        do throws(Trouble) {
            findings.sample = try read(
                sample, profile.without(failed.intersection(SourceQuery.children)))
        } catch {
            if !findings.troubles.contains(error) { findings.troubles.append(error) }
        }
        return findings
    }

    /// Dossiers whole, as far as the profile's statements work.
    private func read(_ keys: [SourceKey], _ profile: SourceProfile) throws(Trouble)
        -> [SourceDossier]
    {
        let source = DatabaseSource(
            profile: profile, open: { () throws(Trouble) in try open(profile, false) },
            openForWriting: { () throws(Trouble) in try open(profile, true) })
        defer { source.disconnect() }
        var dossiers: [SourceDossier] = []
        for start in stride(from: 0, to: keys.count, by: profile.dossiersPerQuery) {
            let end = min(start + profile.dossiersPerQuery, keys.count)
            dossiers += try source.read(Array(keys[start..<end]))
        }
        return dossiers
    }

    /// What the statements of a look and of a resync are given, together.
    private func arguments(_ source: DatabaseSource, _ now: Timestamp) -> QueryArguments {
        [
            "now": .text(source.time(now)), "zone": .text(profile.zone.identifier),
            "position": .integer(0), "taken_at": .text(source.time(now)),
            "overlap": .integer(SourceTrial.lookBack), "after": .integer(0),
            "limit": .integer(Int64(SourceTrial.sampleSize / 2)),
            "since": .text(nil), "until": .text(nil), "procedures": .text(nil), "units": .text(nil),
            "codes": .texts(["lienthongd-check"]),
        ]
    }

    private struct Rows {
        var names: [String] = []
        var first: [String?] = []
        var keys: [SourceKey] = []
    }

    /// Runs a statement in a session of its own, and checks its columns and keys.
    private func rows(of query: SourceQuery, _ arguments: QueryArguments) throws(Trouble) -> Rows {
        let session = try open(profile.only(query), false)
        var rows = Rows(names: session.columnNames[query] ?? [])
        try checkColumns(of: query, rows.names)
        let place = rows.names.firstIndex(of: "source_key")
        var isUsable = true
        try session.texts(of: query, arguments) { row in
            if rows.first.isEmpty { rows.first = row }
            guard let place else { return }
            if let text = row[place], let number = Int64(text), number > 0 {
                rows.keys.append(SourceKey(number))
            } else {
                isUsable = false
            }
        }
        guard isUsable else { throw .sourceKeyUnusable(file: profile.file(of: query)) }
        if query == .mark {
            func value(_ name: String) -> String? {
                rows.names.firstIndex(of: name).flatMap {
                    rows.first.isEmpty ? nil : rows.first[$0]
                }
            }
            guard value("position").flatMap({ Int64($0) }) != nil,
                value("taken_at")?.isEmpty == false
            else { throw .sourceMarkUnusable(file: profile.file(of: .mark)) }
        }
        return rows
    }

    private func take(_ mark: Rows, into arguments: inout QueryArguments) {
        for (name, text) in zip(mark.names, mark.first) {
            switch name {
            case "position": arguments[name] = text.flatMap { Int64($0) }.map { .integer($0) }
            case "taken_at": arguments[name] = .text(text)
            default: break
            }
        }
    }

    private func checkColumns(of query: SourceQuery, _ names: [String]) throws(Trouble) {
        let file = profile.file(of: query)
        switch query {
        case .headers: _ = try ColumnPlan<HeaderColumn>(names: names, file: file)
        case .progress: _ = try ColumnPlan<StepColumn>(names: names, file: file)
        case .documents: _ = try ColumnPlan<DocumentColumn>(names: names, file: file)
        case .fees: _ = try ColumnPlan<FeeColumn>(names: names, file: file)
        case .papers: _ = try ColumnPlan<PaperColumn>(names: names, file: file)
        case .supplements: _ = try ColumnPlan<SupplementColumn>(names: names, file: file)
        case .results: _ = try ColumnPlan<ResultColumn>(names: names, file: file)
        case .mark, .changed, .all, .byCode: try DossierPlans.check(query, profile, names)
        case .mappings, .writeBack: break
        }
    }

    private static func serverTime(_ conninfo: String) throws(Trouble) -> Timestamp? {
        var found: Timestamp?
        do {
            let connection = try PostgresConnection(
                conninfo, statementTimeoutMilliseconds: statementTimeout, readOnly: true)
            let query = try connection.prepare(
                "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint")
            try connection.query(query) { row in
                found = row.integer(0).map { Timestamp(milliseconds: $0) }
            }
        } catch let error as PostgresError {
            throw .sourceUnreachable(error.summary)
        } catch {
            throw .sourceUnreachable("?")
        }
        return found
    }
}

/// Takes a transaction back that was only to be tried.
struct Rehearsed: Error {}
