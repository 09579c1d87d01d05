package import Capture
package import Couriers
package import Execution
package import Operating
package import Outbox
package import Wire

/// Everything of one road that lies between the four seams (source, store, transport, clock), put together
/// once: the daemon turns it on threads of its own (``Pipeline``), the simulation by hand.
package struct Works {
    private let composition: Composition
    private let clock: WallClock
    private let events: EventSink
    private let cursors: [String: String]
    package let inbox = CaptureInbox()
    package let board = Board()
    package let desk: StoreDesk

    /// Reads the store and keeps nothing of it.
    ///
    /// - Parameter bell: rung when the engine has something to do.
    package init(
        _ composition: Composition, store: Store, bell: Doorbell, clock: WallClock,
        events: @escaping EventSink
    ) throws(Trouble) {
        let configuration = composition.configuration
        self.composition = composition
        self.clock = clock
        self.events = events
        store.queuesWriteBacks = configuration.source.writesBack && composition.profile.hasWriteBack
        store.deletionRules = configuration.source.deletionRules(composition.profile)
        store.trustsFirstContact = Set(
            configuration.destinations.filter { $0.policy.firstContact == .send }.map(\.id))
        cursors = try onStore { try store.cursors() }
        desk = StoreDesk(bell: bell)
    }

    /// The writing side, which belongs to the thread that turns it. It alone keeps the store, so that the
    /// store is closed and free for the next road when that thread has ended.
    ///
    /// - Parameters:
    ///   - openedAt: when the store was opened.
    ///   - seed: of the couriers' chance (jitter).
    ///   - past: what the road before a reload had learnt of the destinations.
    package func engine(
        _ store: Store, openedAt: Moment, transport: any HTTPTransport, seed: UInt64,
        past: Gates = Gates()
    ) -> Engine {
        let dispatcher = Dispatcher(
            destinations: composition.configuration.courierSettings, store: store,
            transport: transport, seed: seed, past: past, events: events)
        return Engine(
            store: store, openedAt: openedAt, dispatcher: dispatcher, desk: desk,
            feed: CaptureFeed(inbox: inbox), events: events)
    }

    /// The capture side, which belongs to the thread that turns it.
    package func captureLoop(_ source: any DossierSource) -> CaptureLoop {
        CaptureLoop(
            composition, source: source, cursors: cursors, desk: desk, inbox: inbox, board: board,
            clock: clock, events: events)
    }
}
