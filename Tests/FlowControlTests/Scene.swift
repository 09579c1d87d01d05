import Contracts
import Couriers
import Dossiers
import Foundation
import Operating
import Outbox
import VirtualRoad
import Wire

/// One virtual road with its own store, portals and streams of dossiers.
final class Scene {
    let clock = VirtualClock()
    let road: VirtualRoad
    let portals: [VirtualPortal]
    let names: [DestinationID]
    private let directory: String
    private var settings: [CourierSettings]
    /// When each fresh dossier was changed at the source, in microseconds.
    private(set) var changed: [String: Int64] = [:]
    private var keys: Int64 = 0
    private var keyOf: [String: Int64] = [:]

    var portal: VirtualPortal { portals[0] }
    var now: Int64 { clock.microseconds }

    static let second: Int64 = 1_000_000
    static let hour = 3600 * second

    init(
        _ capacities: VirtualPortal.Capacity..., policy: CourierPolicy = CourierPolicy(),
        contract: String = "dvcqg-adapter", seed: UInt64 = 1
    ) throws {
        let clock = clock
        let portals = capacities.enumerated().map {
            VirtualPortal($0.element, clock: clock, seed: seed + UInt64($0.offset))
        }
        self.portals = portals
        names = capacities.indices.map { DestinationID("portal-\($0)") }
        directory = try Scene.scratch()
        let contract = try Scene.contract(contract)
        settings = names.enumerated().map {
            CourierSettings(
                destination: $0.element, contract: contract, account: Scene.account,
                policy: policy, route: $0.offset)
        }
        road = try VirtualRoad(
            directory: directory, destinations: settings,
            transport: VirtualTransport(portals, clock: clock), clock: clock, seed: seed)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// On a memory disk where there is one: the store syncs every commit.
    private static func scratch() throws -> String {
        let memory = "/dev/shm"
        let root =
            FileManager.default.isWritableFile(atPath: memory) ? memory : NSTemporaryDirectory()
        let path = "\(root)/lienthongd-flow-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    private static func contract(_ name: String) throws -> Contract {
        let package = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return try Contract.load(
            path: package.appending(path: "Config/contracts/\(name).json5").path,
            honoursIdempotencyKey: nil)
    }

    private static let account = Account(
        baseURL: "https://adapter.example",
        settings: ["madonvi": "000.00.00.H21", "dstcode": "VN:GOV:SANDBOX:dvcqg"],
        secrets: ["username": Secret("sandbox"), "password": Secret("sandbox-password")])

    /// A reload, with other settings or the same.
    func reload(_ change: (inout CourierSettings) -> Void = { _ in }) throws {
        for index in settings.indices { change(&settings[index]) }
        try road.reload(settings)
    }

    func crash() throws { try road.crash(settings) }

    // MARK: Work

    private func key(_ code: String) -> Int64 {
        if let known = keyOf[code] { return known }
        keys += 1
        keyOf[code] = keys
        return keys
    }

    /// Dossiers that a resync recorded: the backlog.
    func backlog(_ count: Int, steps: [String] = [], prefix: String = "B") throws {
        for start in stride(from: 0, to: count, by: 1_000) {
            let many = (start..<min(start + 1_000, count)).map { number in
                VirtualDossiers.one(
                    "\(prefix)\(number)", key: key("\(prefix)\(number)"), steps: steps,
                    for: names)
            }
            try road.record(CaptureBatch(dossiers: many, isBacklog: true))
        }
    }

    /// A change at a moment: a new dossier, or another version of one.
    func change(
        _ code: String, at time: Int64, v: Int = 1, steps: [String] = [],
        for destinations: [DestinationID]? = nil
    ) {
        let one = VirtualDossiers.one(
            code, key: key(code), v: v, steps: steps, for: destinations ?? names)
        changed[code] = time
        road.at(time) { CaptureBatch(dossiers: [one]) }
    }

    /// New dossiers, evenly spread, so many a second.
    func stream(
        _ perSecond: Double, from start: Int64, to end: Int64, prefix: String = "F",
        steps: [String] = [], for destinations: [DestinationID]? = nil
    ) {
        let gap = Int64(1_000_000 / perSecond)
        for (number, time) in stride(from: start, to: end, by: Int64.Stride(gap)).enumerated() {
            change("\(prefix)\(number)", at: time, steps: steps, for: destinations)
        }
    }

    func run(_ seconds: Double) throws { try road.run(until: now + Int64(seconds * 1_000_000)) }

    // MARK: Looking

    /// From a fresh change at the source to its (last) acknowledgement, in seconds, for changes within a
    /// time; what is not acknowledged counts as infinite.
    func freshDelays(from start: Int64 = 0, to end: Int64 = .max, prefix: String = "F") -> [Double]
    {
        var last: [String: Int64] = [:]
        for one in road.book.acknowledged { last[one.code] = one.at }
        return changed.filter { $0.key.hasPrefix(prefix) && $0.value >= start && $0.value < end }
            .map { code, time in
                last[code].map { Double($0 - time) / 1_000_000 } ?? .infinity
            }.sorted()
    }

    func acknowledgedPerSecond(from start: Int64, to end: Int64, by name: String? = nil) -> Double {
        Double(road.book.acknowledged(from: start, to: end, by: name)) * 1_000_000
            / Double(end - start)
    }

    func lane(_ index: Int = 0) throws -> LaneReport? {
        try road.store.status(now: clock.now.wall).destinations.first {
            $0.destination == names[index].rawValue
        }
    }
}

extension [Double] {
    /// Of sorted values.
    func quantile(_ share: Double) -> Double {
        isEmpty ? 0 : self[Swift.min(count - 1, Int(Double(count) * share))]
    }
}
