package import Dossiers
internal import SQLite
package import Wire

extension OperatorDesk {
    /// Says that dossiers which are gone from the source are meant to be: they are held no longer and remain
    /// known as deleted. Returns how many.
    ///
    /// - Parameter codes: empty means all that are held.
    package func acknowledgeDeletions(_ codes: [DossierCode], reason: String, now: Timestamp) throws
        -> Int
    {
        var done = 0
        while true {
            let portion = try transaction {
                let entries = try deletions(.held, codes: codes, limit: OperatorDesk.portion)
                for entry in entries { try acknowledge(entry, reason: reason, now: now) }
                return entries.count
            }
            done += portion
            guard portion == OperatorDesk.portion else { return done }
        }
    }

    /// Says that a mass disappearance is real: everything suspected now is held as deleted, each to be
    /// acknowledged, and the alarm ends. Returns how many.
    package func confirmDisappearance(reason: String, now: Timestamp) throws -> Int {
        try transaction {
            let table = try DeletionTable(db)
            let rows = try DossierTable(db)
            var done = 0
            for entry in try deletions(.suspected, codes: [], limit: .max) {
                guard let row = try rows.find(entry.sourceKey) else { continue }
                try table.decide(entry.sourceKey, .held, confirmed: true, at: now)
                let held = row.held(Hold(.deletedInSource, field: "source_key"), at: now)
                try rows.save(held, over: row)
                done += 1
            }
            try table.setAlarm(nil)
            try work.ledger.append(
                LedgerEntry(
                    at: now, settled: .deletionsConfirmed,
                    note: DeletionNote.bounded("\(done) by \(actor): \(reason)")))
            return done
        }
    }

    /// How many deletions ``acknowledgeDeletions(_:reason:now:)`` or
    /// ``confirmDisappearance(reason:now:)`` would settle.
    package func countDeletions(_ state: DeletionEntry.State, codes: [DossierCode]) throws -> Int {
        try StoreFailure.translating(files.database) {
            try deletions(state, codes: codes, limit: .max).count
        }
    }

    private func acknowledge(_ entry: DeletionEntry, reason: String, now: Timestamp) throws {
        let table = try DeletionTable(db)
        let rows = try DossierTable(db)
        guard let before = try rows.find(entry.sourceKey) else { return }
        var row = before
        try work.ledger.append(
            LedgerEntry(
                at: now, settled: .deletionAcknowledged,
                note: DeletionNote.text(row.code, key: row.sourceKey, by: actor, reason: reason)))
        // A row without a code of its own was never sent: there is nothing to remember of it.
        guard row.ownsCode else { return try table.remove(row.sourceKey) }
        row.hold = nil
        row.heldSince = nil
        row.changedAt = now
        try rows.save(row, over: before)
        try table.decide(row.sourceKey, .acknowledged, confirmed: true, at: now)
    }

    private func deletions(_ state: DeletionEntry.State, codes: [DossierCode], limit: Int) throws
        -> [DeletionEntry]
    {
        let all = try StoreReader.deletions(db, state: state, limit: codes.isEmpty ? limit : .max)
        guard !codes.isEmpty else { return all }
        let wanted = Set(codes.map(\.rawValue))
        return Array(all.lazy.filter { wanted.contains($0.code) }.prefix(limit))
    }
}
