internal import Dossiers
package import Operating
package import Outbox
package import Wire

// One turn of the writer thread:
//
//     if dispatcher.collect(now:) says to wait, and nothing else is to be written: wait
//     try store.transaction {
//         try dispatcher.settleCompletions(now:)      answers become settlements
//         …                                           capture is recorded
//         try dispatcher.claim(now:)                  what the windows allow
//     }
//     dispatcher.submit(now:)                         only now are requests made of it
//
// `submit` is also what tells the dispatcher that the transaction is durable. When the transaction throws,
// `submit` is not called: the claims are forgotten, the settlements are kept and settled again next time.

/// Carries all deliveries: one ``Courier`` per destination, one transport for all of them.
///
/// Confined to the writer thread.
package final class Dispatcher {
    private let store: Store
    private let transport: any HTTPTransport
    private let events: EventSink
    private let hasher = SHA256()
    private var seeds: SeededRandom
    /// In the order of the tokens.
    private var couriers: [Courier] = []
    /// The store's generation in which everything that is claimed was claimed.
    private var generation: Int64

    /// - Parameters:
    ///   - seed: of all chance (jitter); the same seed replays the same delays.
    ///   - past: what the dispatcher before a reload had learnt of its destinations.
    package init(
        destinations: [CourierSettings], store: Store, transport: any HTTPTransport, seed: UInt64,
        past: Gates = Gates(), events: @escaping EventSink
    ) {
        self.store = store
        generation = store.generation
        self.transport = transport
        self.events = events
        seeds = SeededRandom(seed: seed)
        for settings in destinations {
            couriers.append(
                Courier(
                    settings, index: couriers.count, seed: seeds.next(),
                    past: past.gate(of: settings),
                    events: events))
        }
    }

    /// Takes what has ended, and sends what was claimed earlier into the places that this frees: that needs
    /// no commit. Outside of the transaction or inside.
    ///
    /// - Returns: for how many milliseconds what is to be settled may wait for more, so that one commit
    ///   carries many; 0 when it is time, nil when there is nothing to settle.
    @discardableResult
    package func collect(now: Moment) -> Int64? {
        for completion in transport.completions() {
            let index = Int(completion.token >> Courier.tokenBits)
            guard couriers.indices.contains(index) else { continue }
            couriers[index].finish(completion, now: now, hasher: hasher)
        }
        launch(now: now)
        for courier in couriers { courier.noteUnsaved(now: now) }
        return couriers.compactMap { $0.mayGroup(now: now) }.min()
    }

    /// Takes what has ended and settles it. Inside the store's transaction.
    package func settleCompletions(now: Moment) throws {
        for courier in couriers { courier.forgetUncommitted() }
        collect(now: now)
        for courier in couriers { try courier.save(into: store, now: now) }
    }

    /// Claims what the windows allow. Inside the store's transaction, after ``settleCompletions(now:)``.
    package func claim(now: Moment) throws {
        if store.generation != generation {
            // What was claimed in an older generation was not known to be in doubt.
            for courier in couriers { courier.returnQueue() }
        }
        for courier in couriers { try courier.claim(from: store, now: now) }
    }

    /// Sends what the committed transaction claimed. After the commit, and only after a commit.
    package func submit(now: Moment) {
        if store.generation != generation {
            generation = store.generation
            tellDoubt()
        }
        for courier in couriers { courier.committed(now: now) }
        launch(now: now)
        for courier in couriers { courier.flushEvents(now: now) }
    }

    /// The wall clock has jumped by so many milliseconds since the last turn. Before anything else of a turn.
    package func clockJumped(by delta: Int64, now: Moment) {
        for courier in couriers { courier.clockJumped(by: delta, now: now.wall) }
    }

    /// How long the writer thread may sleep when nobody rings, in milliseconds: at most a minute.
    package func nextWake(now: Moment) -> Int64 {
        couriers.compactMap { $0.wakeIn(now: now) }.min().map { min($0, 60_000) } ?? 60_000
    }

    // MARK: The end

    /// Stops claiming and sending. What is claimed and not sent is given back with the next transaction;
    /// what is under way may still be answered.
    package func drain() {
        for courier in couriers { courier.isDraining = true }
    }

    /// True when nothing is under way and nothing is left to be written.
    package var isDrained: Bool { couriers.allSatisfy(\.isIdle) }

    /// What was learnt of the destinations, for the dispatcher that follows this one.
    package var gates: Gates {
        var gates = Gates()
        for courier in couriers { gates.keep(courier.gate, of: courier.settings) }
        return gates
    }

    package func standing(now: Moment) -> [DestinationStanding] {
        couriers.map { $0.standing(now: now) }
    }

    private func tellDoubt() {
        // A store that cannot be read just now leaves only the less common cause unsaid; its own trouble is
        // told by whoever next writes it.
        let cause = try? store.memoryReport().cause
        // A destination or an operator: what was found at the opening is told by whoever opened it.
        let trouble: Trouble = cause == .told ? .memoryDistrusted() : .memoryContradicted()
        events(
            Event(
                .memoryDoubted, .error, errorCode: trouble.code,
                detail: trouble.english + " → " + trouble.fix,
                numbers: [.init("generation", store.generation)]))
    }

    private func launch(now: Moment) {
        var exchanges: [HTTPExchange] = []
        for courier in couriers { exchanges.append(contentsOf: courier.launch(now: now)) }
        if !exchanges.isEmpty { transport.submit(exchanges) }
    }
}
