internal import Dossiers
internal import SQLite
package import Wire

// What the store remembers of a destination can be wrong: the store is new and somebody else delivered
// before it, it was lost, or an older copy of it was put back. A generation is a span of unbroken memory.
// Each lane carries the generation in which it was confirmed with its destination; when a new one begins, a
// lane's existence is forgotten and its steps are in doubt, until the destination has been asked.

/// Why a generation began.
package enum DoubtCause: String, Hashable, Sendable, CaseIterable {
    /// The store is older than its witness, or has gone another way since.
    case restored
    /// Another store was here last.
    case lost
    /// An operator said so.
    case told
    /// A destination holds what only a wrong memory explains.
    case contradicted
}

/// The store's generation as it stands.
package struct MemoryReport: Hashable, Sendable {
    /// 1 for a store that was never in doubt.
    package var generation: Int64
    /// nil in the first generation.
    package var cause: DoubtCause?
    package var since: Timestamp?
}

/// What a destination was seen to hold of a dossier, beside what this attempt brought.
package enum Holding: Hashable, Sendable {
    /// Nothing: it does not have the dossier, or took it as new.
    case nothing
    /// So many steps, by its own list.
    case steps(Int)
}

/// A destination holds what we never sent.
package enum Contradiction: Hashable, Sendable {
    /// It was not there a moment ago: somebody else delivers this dossier.
    case ofLane
    /// We thought that nobody had ever sent it.
    case ofMemory
}

/// Reads and begins generations; for the daemon's store and an operator's command alike.
struct GenerationBook {
    /// A destination that contradicts us casts doubt on everything at most this often: more of it is not a memory
    /// that was lost but somebody else who delivers there too.
    static let contradictionPause: Int64 = 86_400_000

    let meta: MetaTable
    var random: (Int) -> [UInt8] = { SecureRandom.bytes($0) }

    func report() throws(SQLiteError) -> MemoryReport {
        MemoryReport(
            generation: try number("generation") ?? 1,
            cause: try text("generation_cause").flatMap(DoubtCause.init(rawValue:)),
            since: try number("generation_at").map(Timestamp.init(milliseconds:)))
    }

    /// The random part of idempotency keys: the store's own in its first generation.
    func keyEpoch(orFirst epoch: [UInt8]) throws(SQLiteError) -> [UInt8] {
        try meta.value("key_epoch") ?? epoch
    }

    /// Whether a contradiction is the first for a while. A clock that went back does not silence it.
    func mayBelieveContradiction(now: Timestamp) throws(SQLiteError) -> Bool {
        guard let last = try number("contradicted_at") else { return true }
        return abs(now.milliseconds - last) >= GenerationBook.contradictionPause
    }

    /// Begins a generation: its number, its cause and new random keys, and steps that wait are in doubt.
    func begin(
        _ cause: DoubtCause, by actor: String? = nil, work: LaneWork, now: Timestamp
    ) throws(SQLiteError) {
        let next = try report().generation + 1
        try meta.set("generation", Array(String(next).utf8))
        try meta.set("generation_cause", Array(cause.rawValue.utf8))
        try meta.set("generation_at", Array(String(now.milliseconds).utf8))
        // A copy that was put back counts its revisions anew from an old number: under the old keys a
        // destination would take a later A → B → A for what it has answered already.
        try meta.set("key_epoch", random(16))
        if cause == .contradicted {
            try meta.set("contradicted_at", Array(String(now.milliseconds).utf8))
        }
        try work.deliveries.doubtSteps()
        work.lanes.forgetLanes()
        try work.lanes.begin(generation: next)
        let who = actor.map { " by \($0)" } ?? ""
        try work.ledger.append(
            LedgerEntry(
                at: now, settled: .uncertain, note: "generation \(next): \(cause.rawValue)\(who)"))
    }

    private func text(_ name: String) throws(SQLiteError) -> String? {
        try meta.value(name).map { String(decoding: $0, as: UTF8.self) }
    }

    private func number(_ name: String) throws(SQLiteError) -> Int64? {
        try text(name).flatMap { Int64($0) }
    }
}
