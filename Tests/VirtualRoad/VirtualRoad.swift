package import Couriers
internal import Dossiers
internal import Operating
package import Outbox
internal import Wire

/// The daemon's writing loop in virtual time: the real dispatcher and store, portals with a capacity.
///
/// A turn is what the engine does: settle, record what arrived, claim, commit, submit. It costs
/// ``turnCost``, during which answers and changes wait for the next one.
package final class VirtualRoad {
    package let clock: VirtualClock
    package let transport: VirtualTransport
    /// One process, or one pipeline of it.
    private struct Life {
        var store: Store
        var dispatcher: Dispatcher
    }
    private var life: Life?
    private let directory: String
    private let seed: UInt64
    package var store: Store { current.store }
    package var dispatcher: Dispatcher { current.dispatcher }
    package let book = VirtualBook()
    /// What a commit takes, in microseconds.
    package var turnCost: Int64 = 1_000
    /// Called after every turn.
    package var observe: (VirtualRoad) -> Void = { _ in }

    private var arrivals = VirtualArrivals()
    private var wakeAt: Int64 = 0

    /// - Parameters:
    ///   - directory: of the store, made when it is missing.
    ///   - destinations: their routes are the indices of the transport's portals.
    package init(
        directory: String, destinations: [CourierSettings], transport: VirtualTransport,
        clock: VirtualClock, seed: UInt64 = 7
    ) throws {
        self.clock = clock
        self.transport = transport
        self.directory = directory
        self.seed = seed
        try begin(destinations, past: Gates())
    }

    private var current: Life {
        guard let life else { fatalError("between two lives") }
        return life
    }

    private func begin(_ destinations: [CourierSettings], past: Gates) throws {
        let store = try Store.open(
            directory: directory, key: [UInt8](repeating: 7, count: 32), now: clock.now.wall)
        // What is measured is the flow, not what a first contact costs.
        store.trustsFirstContact = Set(destinations.map(\.destination))
        let book = book
        let clock = clock
        let dispatcher = Dispatcher(
            destinations: destinations, store: store, transport: transport, seed: seed, past: past,
            events: { event in book.note(event, at: clock.microseconds) })
        life = Life(store: store, dispatcher: dispatcher)
        wakeAt = clock.microseconds
    }

    // MARK: What arrives

    /// Something happens at a moment, in microseconds; work that is captured goes into the turn's transaction.
    package func at(_ time: Int64, _ batch: @escaping () -> CaptureBatch?) {
        arrivals.add(time, batch)
        wakeAt = min(wakeAt, time)
    }

    /// Records a batch at once, in its own transaction, as a large resync does.
    package func record(_ batch: CaptureBatch) throws {
        let now = clock.now
        _ = try store.transaction { try store.record(batch, now: now.wall) }
        wakeAt = clock.microseconds
    }

    /// What the daemon does at a reload: lets what is under way end within its time, closes the store, and begins
    /// anew with what was learnt of the destinations.
    package func reload(_ destinations: [CourierSettings]) throws {
        dispatcher.drain()
        wakeAt = clock.microseconds
        let deadline = clock.microseconds + 15_000_000
        while !dispatcher.isDrained, let next = [wakeAt, transport.nextEnd ?? .max].min(),
            next < deadline
        {
            clock.microseconds = max(clock.microseconds, next)
            try turn()
        }
        let gates = dispatcher.gates
        transport.drop()
        life = nil
        try begin(destinations, past: gates)
    }

    /// The process ends without a word, and another one begins.
    package func crash(_ destinations: [CourierSettings]) throws {
        transport.drop()
        life = nil
        try begin(destinations, past: Gates())
    }

    // MARK: Time

    /// Lets time pass until a moment, in microseconds, or until a condition holds after a turn.
    package func run(until end: Int64, or isDone: (VirtualRoad) -> Bool = { _ in false }) throws {
        while true {
            let next = min(
                wakeAt, transport.nextEnd ?? .max, arrivals.next ?? .max)
            guard next < end else { break }
            clock.microseconds = max(clock.microseconds, next)
            try turn()
            observe(self)
            if isDone(self) { return }
        }
        clock.microseconds = max(clock.microseconds, end)
    }

    private func turn() throws {
        let now = clock.now
        let due = arrivals.take(until: clock.microseconds)
        try store.transaction {
            try dispatcher.settleCompletions(now: now)
            for arrival in due {
                guard let batch = arrival() else { continue }
                _ = try store.record(batch, now: now.wall)
            }
            try dispatcher.claim(now: now)
        }
        clock.microseconds += turnCost
        dispatcher.submit(now: now)
        wakeAt = clock.microseconds + max(1, dispatcher.nextWake(now: now)) * 1000
    }

    package func standing(_ index: Int = 0) -> DestinationStanding {
        dispatcher.standing(now: clock.now)[index]
    }
}

/// What is going to happen, by time.
private struct VirtualArrivals {
    private var planned: [(at: Int64, batch: () -> CaptureBatch?)] = []
    private var taken = 0
    private var isSorted = true

    mutating func add(_ at: Int64, _ batch: @escaping () -> CaptureBatch?) {
        isSorted = isSorted && at >= planned.last?.at ?? .min
        planned.append((at, batch))
        if !isSorted {
            planned.removeFirst(taken)
            taken = 0
            planned.sort { $0.at < $1.at }
            isSorted = true
        }
    }

    var next: Int64? { taken < planned.count ? planned[taken].at : nil }

    mutating func take(until now: Int64) -> [() -> CaptureBatch?] {
        let start = taken
        while taken < planned.count, planned[taken].at <= now { taken += 1 }
        return planned[start..<taken].map(\.batch)
    }
}
