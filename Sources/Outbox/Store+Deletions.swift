package import Dossiers
internal import SQLite
package import Wire

// A deletion is a decision of the office's that we may have misread: a lost permission, a wrong database and a
// restored copy look the same. So a row that is missing is looked for twice, then held for an operator and
// never told to a destination; and when many are missing at once, nothing is held at all.
extension Store {
    /// Rows whose second look is due.
    package func dueSuspects(now: Timestamp, limit: Int) throws -> [SourceKey] {
        try reading { try deletions.suspects(due: now, limit: limit) }
    }

    /// Keys compared and keys suspected in one transaction at most; the rest is met by the next round.
    private static let suspectsPerBatch = 5_000
    private static let comparedPerBatch = 20_000

    func record(_ missing: MissingKeys, swept: SweptKeys?, _ recording: inout Recording) throws {
        var gone = missing
        let named = Set(missing.keys)
        if let swept { gone.keys += try notPresent(swept) }
        guard !gone.keys.isEmpty else { return }
        let due = recording.now.adding(milliseconds: deletionRules.patienceMilliseconds)
        var certain: [DossierRow] = []
        for key in gone.keys {
            guard let row = try dossiers.find(key.rawValue) else { continue }
            let state = try deletions.state(of: key.rawValue)
            guard state == nil || state == .suspected else { continue }
            if state == nil {
                try deletions.suspect(key.rawValue, at: recording.now, due: due)
                recording.summary.suspected += 1
                if let told = swept?.told, !named.contains(key), !told.contains(key) {
                    recording.summary.untold.append(key)
                }
            }
            if gone.isCertain { certain.append(row) }
        }
        guard !certain.isEmpty || recording.summary.suspected > 0 else { return }
        guard try !isAlarming(&recording) else {
            for row in certain { try deletions.postpone(row.sourceKey, to: due) }
            return
        }
        for row in certain { try hold(row, &recording) }
    }

    /// Known keys of the range that the source did not name.
    private func notPresent(_ swept: SweptKeys) throws -> [SourceKey] {
        let present = Set(swept.present.map(\.rawValue))
        let after = swept.after?.rawValue ?? 0
        let through = swept.through?.rawValue ?? .max
        var place = after
        var compared = 0
        var gone: [SourceKey] = []
        while compared < Store.comparedPerBatch, gone.count < Store.suspectsPerBatch {
            let known = try deletions.known(
                after: after, through: through, from: place, seenBefore: swept.listedAt,
                limit: 1000)
            gone += known.lazy.filter { !present.contains($0) }.map { SourceKey($0) }
            compared += known.count
            guard known.count == 1000, let last = known.last else { break }
            place = last
        }
        return gone
    }

    /// Whether more is missing than an office deletes; tells when that begins and when it is over.
    private func isAlarming(_ recording: inout Recording) throws -> Bool {
        let since = recording.now.adding(milliseconds: -deletionRules.windowMilliseconds)
        let count = try deletions.unconfirmed(since: since)
        let alarm = try deletions.alarm()
        guard count > deletionRules.rows else {
            try endAlarm(alarm, &recording)
            return false
        }
        let known = try deletions.dossiersKnown()
        guard Double(count) > deletionRules.share * Double(known) else {
            try endAlarm(alarm, &recording)
            return false
        }
        if alarm == nil { recording.summary.massMissing = count }
        try deletions.setAlarm(
            DeletionAlarm(since: alarm?.since ?? recording.now, missing: count, known: known))
        return true
    }

    private func endAlarm(_ alarm: DeletionAlarm?, _ recording: inout Recording) throws {
        guard alarm != nil else { return }
        try deletions.setAlarm(nil)
        recording.summary.massIsOver = true
    }

    /// Holds a row that is gone. What was recorded of it before goes on.
    private func hold(_ before: DossierRow, _ recording: inout Recording) throws {
        let hold = Hold(.deletedInSource, field: "source_key")
        try deletions.decide(before.sourceKey, .held, confirmed: false, at: recording.now)
        try dossiers.save(before.held(hold, at: recording.now), over: before)
        try work.ledger.append(
            LedgerEntry(
                at: recording.now, settled: .deletionHeld,
                note: DeletionNote.text(before.code, key: before.sourceKey)))
        recording.summary.held += 1
        recording.summary.newlyHeld.append(
            HeldDossier(
                code: DossierCode(before.code), sourceKey: SourceKey(before.sourceKey), hold: hold))
        if before.ownsCode { recording.summary.toRead += try deletions.twins(of: before.code) }
    }

    /// True when the row is known to be gone, acknowledged or not.
    func isGone(_ row: DossierRow) throws -> Bool {
        switch try deletions.state(of: row.sourceKey) {
        case .held, .acknowledged: true
        case .suspected, nil: false
        }
    }

    /// A row that is gone gives its code, and with it its lanes, to the row that came in its place.
    func succeed(_ row: DossierRow) throws {
        if !row.lanes.isEmpty { try strays.keep(row.lanes, of: row.code) }
        try deletions.remove(row.sourceKey)
    }

    /// Ends the alarm when what was missing has come back; called now and then.
    package func reviewDeletions(now: Timestamp) throws -> Bool {
        demandTransaction()
        guard try deletions.alarm() != nil else { return false }
        var recording = Recording(isBacklog: false, isForced: false, now: now)
        _ = try isAlarming(&recording)
        return recording.summary.massIsOver
    }
}

extension DossierRow {
    /// The row held since then.
    func held(_ hold: Hold, at now: Timestamp) -> DossierRow {
        var row = self
        row.heldSince = row.hold == nil ? now : row.heldSince
        row.hold = hold
        row.changedAt = now
        return row
    }
}

/// What the ledger keeps of a deletion: a dossier's code and its key, nothing about a person.
enum DeletionNote {
    /// As much as the ledger takes.
    static func bounded(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(300)))
    }

    static func text(_ code: String, key: Int64, by actor: String? = nil, reason: String = "")
        -> String
    {
        var text = "dossier \(code.prefix(60)) key \(key)"
        if let actor { text += " by \(actor)" }
        if !reason.isEmpty { text += ": \(reason)" }
        return bounded(text)
    }
}
