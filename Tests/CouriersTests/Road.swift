import Contracts
import Dossiers
import Foundation
import Operating
import Outbox
import SQLite
import Synchronization
import Testing
import Wire

@testable import Couriers

/// A real store, the real portal contract, a scripted portal and a clock of our own: one dispatcher's whole
/// world.
final class Road {
    static let portal = DestinationID("portal")

    let scratch = Scratch()
    let far = ScriptedPortal()
    var store: Store
    var dispatcher: Dispatcher
    var now = Moment(wall: Timestamp(milliseconds: 1_790_000_000_000), steady: 1_000_000)
    let told = Told()
    private var settings: [CourierSettings]

    /// Whether a new store trusts the portal to hold nothing.
    let isTrusting: Bool
    /// Where the store is: another folder when it was lost or put back from a copy.
    private(set) var folder = "state"

    init(
        _ policy: CourierPolicy = CourierPolicy(), contract: Contract? = nil,
        isTrusting: Bool = true
    ) throws {
        self.isTrusting = isTrusting
        settings = [
            CourierSettings(
                destination: Road.portal, contract: try contract ?? Road.contract(),
                account: Road.account, policy: policy)
        ]
        store = try Road.open("\(scratch.path)/state", now, isTrusting)
        dispatcher = Dispatcher(
            destinations: settings, store: store, transport: far, seed: 7, events: { _ in })
        remake()
    }

    private func remake(past: Gates = Gates()) {
        dispatcher = Dispatcher(
            destinations: settings, store: store, transport: far, seed: 7, past: past,
            events: { [told] event in told.add(event) })
    }

    static func open(_ folder: String, _ now: Moment, _ isTrusting: Bool) throws -> Store {
        let store = try Store.open(
            directory: folder, key: [UInt8](repeating: 7, count: 32), now: now.wall,
            witness: String(folder.prefix { $0 != "#" }) + ".witness.json")
        if isTrusting { store.trustsFirstContact = [portal] }
        return store
    }

    static let package = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func contract(_ name: String = "dvcqg-adapter", honoursKeys: Bool? = nil) throws
        -> Contract
    {
        try Contract.load(
            path: package.appending(path: "Config/contracts/\(name).json5").path,
            honoursIdempotencyKey: honoursKeys)
    }

    /// The portal's contract as somebody edited it.
    static func edited(_ old: String, _ new: String) throws -> Contract {
        let path = package.appending(path: "Config/contracts/dvcqg-adapter.json5")
        let text = try String(contentsOf: path, encoding: .utf8)
        try #require(text.contains(old), "the contract no longer says “\(old)”")
        let scratch = Scratch()
        let edited = URL(filePath: "\(scratch.path)/edited.json5")
        try Data(text.replacingOccurrences(of: old, with: new).utf8).write(to: edited)
        return try Contract.load(path: edited.path)
    }

    static let account = Account(
        baseURL: "https://adapter.example",
        settings: ["madonvi": "000.00.00.H21", "dstcode": "VN:GOV:SANDBOX:dvcqg"],
        secrets: ["username": Secret("sandbox"), "password": Secret("sandbox-password")])

    // MARK: Recording

    @discardableResult
    func record(
        _ code: String, key: Int64 = 1, v: String = "1", steps: [String] = [], forced: Bool = false,
        backlog: Bool = false
    ) throws -> RecordSummary {
        let one = Road.dossier(code, key: key, v: v, steps: steps)
        let batch = CaptureBatch(dossiers: [one], isBacklog: backlog, isForced: forced)
        return try store.transaction { try store.record(batch, now: now.wall) }
    }

    /// `H21-1`, `H21-2`, …
    func recordMany(_ count: Int, steps: [String] = [], backlog: Bool = false) throws {
        let many = (1...count).map {
            Road.dossier("H21-\($0)", key: Int64($0), v: "1", steps: steps)
        }
        let batch = CaptureBatch(dossiers: many, isBacklog: backlog)
        _ = try store.transaction { try store.record(batch, now: now.wall) }
    }

    /// One header with the mark `v`, and steps that go one to a delivery.
    static func dossier(_ code: String, key: Int64, v: String, steps: [String]) -> CapturedDossier {
        let lane = LaneContent(
            destination: Road.portal, state: payload(#"{"MaHoSo":"\#(code)","V":"\#(v)"}"#),
            steps: steps.enumerated().map { index, text in
                let time = "202601050800\(10 + index)"
                return StepPayload(
                    id: SourceKey(key * 1000 + Int64(index)),
                    payload: payload(
                        #"{"MaHoSo":"\#(code)","ThoiDiemXuLy":"\#(time)","TrangThai":"4","#
                            + #""NoiDungXuLy":"\#(text)"}"#))
            }, stepsPerDelivery: 1)
        return CapturedDossier(
            code: DossierCode(code), sourceKey: SourceKey(key), content: .deliverable([lane]))
    }

    static func payload(_ text: String) -> Payload {
        Payload(bytes: Array(text.utf8), digest: SHA256.digest(Array(text.utf8)))
    }

    // MARK: Time

    /// One turn of the writer thread.
    func turn() throws {
        far.now = now.steady
        try store.transaction {
            try dispatcher.settleCompletions(now: now)
            try dispatcher.claim(now: now)
        }
        dispatcher.submit(now: now)
        #expect(try store.testify(now: now) == nil)
    }

    func pass(_ milliseconds: Int64) { now = now.adding(milliseconds: milliseconds) }

    /// Turns, and lets time pass as the dispatcher asks, until nothing is owed but what is parked, or the
    /// time is over.
    ///
    /// - Returns: the milliseconds that passed.
    @discardableResult
    func run(for limit: Int64 = 3_600_000, turns: Int = 20_000) throws -> Int64 {
        let start = now.steady
        for _ in 0..<turns {
            try turn()
            if far.isQuiet {
                let wake = dispatcher.nextWake(now: now)
                if try isSettled() { break }
                if wake >= 60_000, far.isWaiting { break }
                pass(max(1, min(wake, limit - (now.steady - start))))
            } else {
                pass(1)
            }
            if now.steady - start >= limit { break }
        }
        return now.steady - start
    }

    func isSettled() throws -> Bool {
        guard dispatcher.isDrained else { return false }
        guard let lane = try lane() else { return true }
        return lane.due + lane.later + lane.uncertain == 0
    }

    /// The process ends without a word, and another one starts.
    func crash() throws { try restart(past: Gates()) }

    private func restart(past: Gates) throws {
        // The lock is the old store's until nothing holds it.
        dispatcher = Dispatcher(
            destinations: [], store: store, transport: ScriptedPortal(), seed: 0, events: { _ in })
        let other = Scratch()
        store = try Road.open("\(other.path)/state", now, isTrusting)
        dispatcher = Dispatcher(
            destinations: [], store: store, transport: ScriptedPortal(), seed: 0, events: { _ in })
        store = try Road.open("\(scratch.path)/\(folder)", now, isTrusting)
        _ = far.completions()
        remake(past: past)
    }

    /// An operator changes the settings; they hold from the next reload or start.
    func change(_ change: (inout CourierPolicy) -> Void) { change(&settings[0].policy) }

    /// What the daemon does: it lets what is under way end, closes, and begins anew with what it had learnt.
    func reload(account: Account? = nil, contract: Contract? = nil) throws {
        if let account { settings[0].account = account }
        if let contract { settings[0].contract = contract }
        dispatcher.drain()
        for _ in 0..<5 where !dispatcher.isDrained { try turn() }
        try restart(past: dispatcher.gates)
    }

    /// The store is gone, and a new process makes another.
    func lose() throws {
        folder += "#"
        try crash()
    }

    func forgetWitness() throws {
        try FileManager.default.removeItem(atPath: "\(scratch.path)/state.witness.json")
    }

    /// A copy of the store as it is now.
    func copy() throws -> String {
        let path = "\(scratch.path)/copy-\(now.steady)"
        try Database(path: "\(scratch.path)/\(folder)/state.sqlite", mode: .readWrite)
            .execute("VACUUM INTO '\(path)'")
        return path
    }

    /// The copy is put back while no process runs.
    func restore(_ copy: String) throws {
        folder += "#"
        let place = "\(scratch.path)/\(folder)"
        try FileManager.default.createDirectory(
            atPath: place, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: copy, toPath: "\(place)/state.sqlite")
        try crash()
    }

    // MARK: Looking

    func reader() throws -> StoreReader {
        try StoreReader(directory: "\(scratch.path)/\(folder)")
    }

    func lane() throws -> LaneReport? {
        try reader().status(now: now.wall).destinations.first { $0.destination == "portal" }
    }

    func parked() throws -> [ParkedEntry] { try reader().parked(DeliveryFilter()) }
    func lines() throws -> [LedgerLine] { try reader().ledger(limit: 100_000) }
    var standing: DestinationStanding { dispatcher.standing(now: now)[0] }
    func events(_ kind: Event.Kind) -> [Event] { told.all.filter { $0.kind == kind } }
}

/// The events so far.
final class Told: Sendable {
    private let events = Mutex<[Event]>([])
    func add(_ event: Event) { events.withLock { $0.append(event) } }
    var all: [Event] { events.withLock { $0 } }
}
