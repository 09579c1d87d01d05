package import Capture
internal import Couriers
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
    package let engine: Engine

    /// - Parameters:
    ///   - bell: rung when the engine has something to do.
    ///   - seed: of the couriers' chance (jitter).
    package init(
        _ composition: Composition, store: Store, transport: any HTTPTransport, bell: Doorbell,
        seed: UInt64, clock: WallClock, events: @escaping EventSink
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
        let dispatcher = Dispatcher(
            destinations: configuration.destinations.enumerated().map { index, destination in
                CourierSettings(
                    destination: destination.id, contract: destination.contract,
                    account: destination.account, policy: destination.policy, route: index)
            }, store: store, transport: transport, seed: seed, events: events)
        engine = Engine(
            store: store, dispatcher: dispatcher, desk: desk, feed: CaptureFeed(inbox: inbox),
            events: events)
    }

    /// The capture side, which belongs to the thread that turns it.
    package func captureLoop(_ source: any DossierSource) -> CaptureLoop {
        CaptureLoop(
            composition, source: source, cursors: cursors, desk: desk, inbox: inbox, board: board,
            clock: clock, events: events)
    }
}
