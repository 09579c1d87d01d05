internal import Dossiers
package import Operating
internal import SQLite
package import Wire

extension Store {
    /// The span of memory at hand; it rises while the daemon runs when a destination contradicts us or an
    /// operator says so. Deliveries that were claimed before and not sent yet are to be given back.
    package var generation: Int64 { memory.generation }

    package func memoryReport() throws -> MemoryReport {
        try reading { try GenerationBook(meta: meta).report() }
    }

    /// Begins a generation: what every destination holds is asked before anything is sent there.
    ///
    /// Costs one question for a dossier whose header comes next, and one for each delivery of steps until
    /// the destination's list of steps has nothing unexplained.
    package func doubt(_ cause: DoubtCause, now: Timestamp) throws {
        demandTransaction()
        try GenerationBook(meta: meta, random: random).begin(cause, work: work, now: now)
        try recallGeneration()
        // Counted anew.
        for (destination, flight) in try claims.flights() {
            memory.flights[destination]?.tally.confirmed = flight.tally.confirmed
        }
    }

    /// Reads the generation from the disk.
    func recallGeneration() throws {
        let book = GenerationBook(meta: meta)
        memory.generation = try book.report().generation
        memory.keyEpoch = try book.keyEpoch(orFirst: epoch)
        work.lanes.generation = memory.generation
    }

    /// Only a store that nothing speaks against is trusted to know that nobody delivered before it.
    func trustsNewLane(of destination: DestinationID) -> Bool {
        memory.generation == 1 && trustsFirstContact.contains(destination)
    }

    // MARK: - The witness

    /// Compares the store with what its witness saw, when it is opened.
    func examineWitness(isNew: Bool, now: Timestamp) throws {
        guard let witness else { return }
        guard let seen = witness.read() else {
            // A first start has none. Doubting everything because a cache was cleared would cost a
            // question for every dossier; it is said, and an operator can decide.
            if !isNew { openingTroubles.append(.witnessMissing(witness.path)) }
            return
        }
        guard seen.store == witness.store else {
            try transaction { try doubt(.lost, now: now) }
            openingTroubles.append(.memoryLost(files.database))
            return
        }
        guard try hasGoneOn(from: seen) else {
            try transaction { try doubt(.restored, now: now) }
            openingTroubles.append(.memoryRestored(files.database))
            return
        }
    }

    /// Whether everything that the witness saw is in the store.
    private func hasGoneOn(from seen: Witness.Mark) throws -> Bool {
        guard try currentMark().turns >= seen.turns else { return false }
        guard seen.line > 0 else { return true }
        let seals = try db.prepare("SELECT hash FROM ledger_seal WHERE seq = ?1")
        seals.bind(1, seen.line)
        return try seals.step() && seals.blob(0).map(Hex.encode) == seen.seal
    }

    private func currentMark() throws -> Witness.Mark {
        let seals = try db.prepare("SELECT seq, hash FROM ledger_seal ORDER BY seq DESC LIMIT 1")
        let isSealed = try seals.step()
        return Witness.Mark(
            store: witness?.store ?? "", line: isSealed ? seals.integer(0) : 0,
            seal: isSealed ? Hex.encode(seals.blob(1) ?? []) : "",
            turns: try db.integer("SELECT coalesce(sum(turns), 0) FROM flight") ?? 0)
    }

    /// Writes down how far the store has come, at most once a second unless it is the last word; to be called
    /// after a commit, and again when ``testimonyWait(now:)`` is over. What is committed after it and lost with
    /// the store is not missed at the next start.
    ///
    /// - Returns: what keeps the witness from being written; nil when all is well.
    package func testify(now: Moment, isLast: Bool = false) throws -> Trouble? {
        guard let witness, isLast || testimony.isDue(at: now.steady) else { return nil }
        // Until it is said otherwise: a store that cannot be read now is not asked without a pause.
        let before = testimony
        testimony.failed(at: now.steady)
        let mark = try reading { try currentMark() }
        guard mark != lastTestimony else {
            testimony = before
            testimony.hasNothingNew()
            return nil
        }
        if let reason = witness.write(mark) {
            return .witnessUnwritable(witness.path, reason: reason)
        }
        testimony.testified(at: now.steady)
        lastTestimony = mark
        return nil
    }

    /// Milliseconds until the witness has to be written although nothing else may happen by then; nil when it
    /// knows everything, or nobody asked for one.
    package func testimonyWait(now: Moment) -> Int64? {
        witness == nil ? nil : testimony.wait(at: now.steady)
    }
}
