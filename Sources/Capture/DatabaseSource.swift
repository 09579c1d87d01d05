package import Dossiers
internal import Glibc
package import Operating
package import Outbox
package import Wire

/// A source in a database: the profile's statements over a ``SourceSession``, which is opened when it is
/// needed and again when it was lost.
package final class DatabaseSource: DossierSource {
    package let profile: SourceProfile
    private let open: () throws(Trouble) -> any SourceSession
    private let openForWriting: () throws(Trouble) -> any SourceSession
    private var current: (any SourceSession)?
    private var sessions = 0
    private var plans: DossierPlans?
    package private(set) var feed = FeedState.absent
    /// What was asked together with the last mark, and its answer.
    private var ahead: (question: FeedQuestion, keys: [SourceKey])?
    private let hash = SHA256()

    init(
        profile: SourceProfile, open: @escaping () throws(Trouble) -> any SourceSession,
        openForWriting: @escaping () throws(Trouble) -> any SourceSession
    ) {
        self.profile = profile
        self.open = open
        self.openForWriting = openForWriting
    }

    package var dossiersPerQuery: Int { profile.dossiersPerQuery }
    package var hasWriteBack: Bool { profile.hasWriteBack }
    package var namesExactChanges: Bool { profile.dialect == .postgres }

    package func check() throws(Trouble) {
        _ = try connected()
    }

    package func disconnect() { current = nil }
    package var connectionNumber: Int { sessions }

    /// The session goes through a pooler that shares the server's with others: nothing wakes it.
    package func isShared() throws(Trouble) -> Bool { try connected().isShared }

    package func mark(now: Timestamp, ahead look: LookAhead?) throws(Trouble) -> SourceMark {
        try onSession { session throws(Trouble) in
            try mark(of: session, now: now, ahead: look)
        }
    }

    private func mark(
        of session: any SourceSession, now: Timestamp, ahead look: LookAhead?
    ) throws(Trouble) -> SourceMark {
        ahead = nil
        let question = look.flatMap { look in
            look.since.feed.map { FeedQuestion(position: $0.position, limit: look.limit) }
        }
        let answer = try session.mark(
            ["now": .text(time(now)), "zone": .text(profile.zone.identifier)], ahead: question)
        feed = answer.feed
        if let question, let keys = answer.keys { ahead = (question, keys) }
        let rows = answer.rows
        let names = session.columnNames[.mark] ?? []
        func value(_ name: String) -> String? {
            names.firstIndex(of: name).flatMap { rows.first?[$0] }
        }
        guard rows.count == 1, let position = value("position").flatMap({ Int64($0) }),
            let takenAt = value("taken_at"), !takenAt.isEmpty
        else { throw .sourceMarkUnusable(file: profile.file(of: .mark)) }
        var mark = SourceMark(
            position: position, takenAt: takenAt,
            identity: try session.identity() ?? value("identity") ?? "",
            version: try session.version() ?? value("version") ?? "", feed: feed.mark)
        mark.lineage = try session.lineage()
        return mark
    }

    package func changedKeys(
        since mark: SourceMark, after key: SourceKey?, limit: Int
    ) throws(Trouble) -> [SourceKey] {
        guard let now = feed.mark else {
            return try overlappingKeys(since: mark, after: key, limit: limit)
        }
        if let before = mark.feed, before.generation == now.generation {
            let question = FeedQuestion(position: before.position, limit: limit)
            if key == nil, let ahead, ahead.question == question { return ahead.keys }
            return try feedKeys(since: before.position, after: key, limit: limit)
        }
        // What was committed before the feed was installed is found by its time, for the last time.
        let noted = try feedKeys(since: 0, after: key, limit: limit)
        let timed = try overlappingKeys(since: mark, after: key, limit: limit)
        return Array(Set(noted).union(timed).sorted().prefix(limit))
    }

    private func feedKeys(
        since position: Int64, after key: SourceKey?, limit: Int
    ) throws(Trouble) -> [SourceKey] {
        try onSession { session throws(Trouble) in
            try session.feedKeys(since: position, after: key, limit: limit)
        }
    }

    /// A hundred years.
    private static let longestReach: Int64 = 3_153_600_000_000

    private func overlappingKeys(
        since mark: SourceMark, after key: SourceKey?, limit: Int
    ) throws(Trouble) -> [SourceKey] {
        // Rounded up, so that an overlap of milliseconds is not none.
        let reach = min(mark.reach, DatabaseSource.longestReach)
        let seconds = (profile.overlapMilliseconds + reach + 999) / 1000
        return try keys(
            of: .changed,
            [
                "position": .integer(mark.position), "taken_at": .text(mark.takenAt),
                "overlap": .integer(seconds), "after": .integer(key?.rawValue ?? 0),
                "limit": .integer(Int64(limit)),
            ])
    }

    package func timedKeys(
        since mark: SourceMark, after key: SourceKey?, limit: Int
    ) throws(Trouble) -> [SourceKey] {
        try overlappingKeys(since: mark, after: key, limit: limit)
    }

    package func doubts(found: Int64?) throws(Trouble) -> [Trouble] {
        try onSession { session throws(Trouble) in try session.doubts(found: found) }
    }

    package func allKeys(
        _ filter: ResyncFilter, after key: SourceKey?, limit: Int
    ) throws(Trouble) -> [SourceKey] {
        try keys(of: .all, listing(filter, after: key, limit: limit))
    }

    package func carefulKeys(
        _ filter: ResyncFilter, after key: SourceKey?, limit: Int
    ) throws(Trouble) -> [SourceKey] {
        try onSession { session throws(Trouble) in
            let arguments = listing(filter, after: key, limit: limit)
            var found: [SourceKey] = []
            try session.inKeyOrder(.all, arguments) { () throws(Trouble) in
                found = try keys(of: .all, arguments, session)
            }
            return found
        }
    }

    private func listing(
        _ filter: ResyncFilter, after key: SourceKey?, limit: Int
    ) -> QueryArguments {
        [
            "after": .integer(key?.rawValue ?? 0), "limit": .integer(Int64(limit)),
            "since": .text(filter.since.map(time)), "until": .text(filter.until.map(time)),
            "procedures": filter.procedures.isEmpty ? .text(nil) : .texts(filter.procedures),
            "units": filter.units.isEmpty ? .text(nil) : .texts(filter.units),
            "zone": .text(profile.zone.identifier),
        ]
    }

    package var listingFile: String { profile.file(of: .all) }
    package var changesFile: String { profile.file(of: .changed) }
    package var overlapMilliseconds: Int64 { profile.overlapMilliseconds }

    package func keys(
        ofCodes codes: [String]
    ) throws(Trouble) -> [(code: String, key: SourceKey)] {
        try onSession { session throws(Trouble) in try keys(ofCodes: codes, session) }
    }

    private func keys(
        ofCodes codes: [String], _ session: any SourceSession
    ) throws(Trouble) -> [(code: String, key: SourceKey)] {
        let names = session.columnNames[.byCode] ?? []
        guard let codeIndex = names.firstIndex(of: "code"),
            let keyIndex = names.firstIndex(of: "source_key")
        else { return [] }
        var found: [(code: String, key: SourceKey)] = []
        var isUsable = true
        try session.texts(of: .byCode, ["codes": .texts(codes)]) { row in
            guard let key = DatabaseSource.key(row[keyIndex]) else {
                isUsable = false
                return
            }
            found.append((row[codeIndex] ?? "", key))
        }
        guard isUsable else { throw .sourceKeyUnusable(file: profile.file(of: .byCode)) }
        return found
    }

    /// What a dossier is made of, in the order in which it is read.
    private static let parts: [SourceQuery] = [
        .headers, .progress, .documents, .fees, .papers, .supplements, .results,
    ]

    package func read(_ keys: [SourceKey]) throws(Trouble) -> [SourceDossier] {
        guard !keys.isEmpty else { return [] }
        return try onSession { session throws(Trouble) in try read(keys, session) }
    }

    private func read(
        _ keys: [SourceKey], _ session: any SourceSession
    ) throws(Trouble) -> [SourceDossier] {
        guard let plans else { return [] }
        let arguments: QueryArguments = ["keys": .keys(keys)]
        var assembly = DossierAssembly(capacity: keys.count)
        try session.snapshot(of: DatabaseSource.parts, arguments) { () throws(Trouble) in
            try session.rows(of: .headers, plans.headers, arguments) { assembly.add($0, $1) }
            func list<Column>(
                _ query: SourceQuery, _ plan: ColumnPlan<Column>?,
                _ list: WritableKeyPath<SourceDossier, [SourceRow<Column>]>
            ) throws(Trouble) {
                guard let plan else { return }
                try session.rows(of: query, plan, arguments) { assembly.add($0, $1, to: list) }
            }
            try list(.progress, plans.progress, \.steps)
            try list(.documents, plans.documents, \.documents)
            try list(.fees, plans.fees, \.fees)
            try list(.papers, plans.papers, \.papers)
            try list(.supplements, plans.supplements, \.supplements)
            try list(.results, plans.results, \.results)
        }
        guard !assembly.isOverfull else {
            throw .sourceRowsTooLarge(file: profile.file(of: .headers))
        }
        return assembly.dossiers
    }

    /// Asks each statement, then each of its columns, until one refuses.
    package func hold(_ key: SourceKey, for trouble: Trouble) -> Hold {
        let arguments: QueryArguments = ["keys": .keys([key])]
        if trouble.rowRule == .tooLarge { return largest(arguments) }
        for query in DatabaseSource.parts where profile.statements[query] != nil {
            do throws(Trouble) {
                let session = try connected()
                if let column = session.unreadableColumn(of: query, arguments) {
                    return Hold(.unreadable, field: DatabaseSource.place(column, of: query))
                }
            } catch {
                break
            }
        }
        return Hold(trouble.rowRule, field: "source_key")
    }

    private func largest(_ arguments: QueryArguments) -> Hold {
        var largest: (place: String, bytes: Int64) = ("source_key", 0)
        for query in DatabaseSource.parts where profile.statements[query] != nil {
            do throws(Trouble) {
                if let column = try connected().largestColumn(of: query, arguments),
                    column.bytes > largest.bytes
                {
                    largest = (DatabaseSource.place(column.name, of: query), column.bytes)
                }
            } catch {
                break
            }
        }
        return Hold(.tooLarge, field: largest.place)
    }

    /// As a hold names a column.
    private static func place(_ column: String, of query: SourceQuery) -> String {
        query == .headers ? column : "\(query.rawValue).\(column)"
    }

    package func mappings() throws(Trouble) -> Digest? {
        guard profile.statements[.mappings] != nil else { return nil }
        return try onSession { session throws(Trouble) in try mappings(session) }
    }

    private func mappings(_ session: any SourceSession) throws(Trouble) -> Digest {
        _ = hash.finish()
        let hash = hash
        try session.texts(of: .mappings, [:]) { row in
            for text in row {
                // NULL is no empty text.
                hash.updatePart(text.map { "=\($0)" } ?? "")
            }
            hash.updatePart("row")
        }
        return hash.finish()
    }

    package func writeBack(_ answers: [WriteBack]) throws(Trouble) {
        guard hasWriteBack, !answers.isEmpty else { return }
        let writer = try openForWriting()
        var sets: [QueryArguments] = []
        for answer in answers {
            var elements: [String] = []
            switch answer.verification {
            case .matched, .notFound: break
            case .mismatched(let found): elements = found.map(\.rawValue).sorted()
            case .unavailable: continue
            }
            sets.append([
                "source_key": .integer(answer.sourceKey.rawValue),
                "outcome": .text(answer.verification.name),
                "elements": .text(elements.joined(separator: ",")),
                "verified_at": .text(time(answer.settledAt)),
            ])
        }
        try writer.write(.writeBack, sets)
    }

    package func feedSize() throws(Trouble) -> Int64 {
        try onSession { session throws(Trouble) in try session.feedSize() }
    }

    package func trimFeed(before position: Int64, limit: Int) throws(Trouble) -> Int {
        try openForWriting().trimFeed(before: position, limit: limit)
    }

    package func wait(
        milliseconds: Int64, interruptedBy descriptor: Int32?
    ) throws(Trouble) -> Bool {
        guard let session = current, session.isUsable else {
            CaptureInbox.sleep(milliseconds: milliseconds, interruptedBy: descriptor)
            return false
        }
        return try session.wait(milliseconds: milliseconds, interruptedBy: descriptor)
    }

    /// Asks a session, and a new one if what the first knows of the tables may be out of date.
    private func onSession<Answer>(
        _ ask: (any SourceSession) throws(Trouble) -> Answer
    ) throws(Trouble) -> Answer {
        let session = try connected()
        do throws(Trouble) {
            return try ask(session)
        } catch {
            guard session.isStale else { throw error }
        }
        return try ask(try connected())
    }

    private func connected() throws(Trouble) -> any SourceSession {
        if let current, current.isUsable { return current }
        current = nil
        let opened = try open()
        plans = try DossierPlans(profile, names: opened.columnNames)
        current = opened
        sessions += 1
        return opened
    }

    private func keys(
        of query: SourceQuery, _ arguments: QueryArguments
    ) throws(Trouble) -> [SourceKey] {
        try onSession { session throws(Trouble) in try keys(of: query, arguments, session) }
    }

    private func keys(
        of query: SourceQuery, _ arguments: QueryArguments, _ session: any SourceSession
    ) throws(Trouble) -> [SourceKey] {
        var keys: [SourceKey] = []
        var isUsable = true
        var all = arguments
        all["zone"] = .text(profile.zone.identifier)
        try session.texts(of: query, all) { row in
            guard let key = DatabaseSource.key(row.first ?? nil) else {
                isUsable = false
                return
            }
            keys.append(key)
        }
        guard isUsable else { throw .sourceKeyUnusable(file: profile.file(of: query)) }
        return keys
    }

    private static func key(_ text: String?) -> SourceKey? {
        text.flatMap { Int64($0) }.flatMap { $0 > 0 ? SourceKey($0) : nil }
    }

    /// A naive time in the source's zone, as its SQL takes it: `2026-01-05 08:00:00.000`.
    func time(_ timestamp: Timestamp) -> String {
        let time = profile.zone.civil(of: timestamp)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(23)
        bytes.append(decimal: time.year, width: 4)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(decimal: time.month, width: 2)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(decimal: time.day, width: 2)
        bytes.append(UInt8(ascii: " "))
        bytes.append(decimal: time.hour, width: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(decimal: time.minute, width: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(decimal: time.second, width: 2)
        bytes.append(UInt8(ascii: "."))
        bytes.append(decimal: time.millisecond, width: 3)
        return String(decoding: bytes, as: UTF8.self)
    }
}

// A source belongs to the capture thread.
@available(*, unavailable)
extension DatabaseSource: Sendable {}
