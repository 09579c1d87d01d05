import Foundation
import TestSupport

/// From the commit in the office's database to the portal's answer, a hundred changes a second.
///
/// The benchmark is the office and the portal at once, so one clock measures both ends. The yardstick is the
/// least that must happen: one round trip to the same sink and one fsync on the same disk, as often as changes
/// come, for a machine that has slept in between wakes up first.
struct LatencyRows {
    static let perSecond = 100.0

    static func measure(_ lab: Lab, _ sink: Sink) throws -> [Row] {
        let province = try Province(
            lab, try TestCluster.shared(), dossiers: lab.count(2000, atLeast: 300))
        let portal = try TimedSink()
        defer { portal.stop() }
        let (ours, floors) = try lab.sideBySide {
            try run(province, portal, changes: lab.count(1000, atLeast: 100))
        } _: {
            try floor(lab, portal)
        }
        let least = median(floors) * 1000
        func row(_ name: String, _ share: Double, _ aim: Double) -> Row {
            Row(
                name: "commit to answer at 100/s, \(name)",
                figure: median(ours.map { percentile($0, share) }) * 1000, unit: "ms",
                yardstick: least, yardstickName: "one round trip and one fsync, as often",
                aim: .atMost(aim))
        }
        return [row("p50", 0.5, 3), row("p99", 0.99, 20)]
    }

    /// Seconds from each change's commit to its answer.
    private static func run(_ province: Province, _ portal: TimedSink, changes: Int) throws
        -> [Double]
    {
        let post = try province.settle(at: portal.url, level: "notice")
        defer { post.remove() }
        _ = try Program.run(
            post.words + ["source", "install", "--connection", province.database] + post.options,
            in: post.folder)
        let daemon = try post.start()
        defer { daemon.stop() }
        _ = try daemon.moment(when: "captureWalkFinished", within: 120)
        let look = try StoreLook(post)
        try look.waitUntilSettled(within: 120)
        // Held dossiers never get there; every other one has been there once.
        let arrived = portal.lastArrivals
        let clerk = try Clerk(province)
        let known = try clerk.codes().filter { arrived[$0.code] != nil }
        guard known.count >= min(changes, 100) else {
            throw Broken(description: "only \(known.count) dossiers arrived")
        }
        // So that no dossier is changed twice: the second change may rightly overtake the first.
        let chosen = known.prefix(changes)
        let half =
            median(
                try portal.roundTrips(
                    100, bytes: HTTPRows.bytes, perSecond: perSecond)) / 2
        var committed: [String: Double] = [:]
        let began = Program.now()
        for (index, dossier) in chosen.enumerated() {
            let wait = began + Double(index) / perSecond - Program.now()
            if wait > 0 { usleep(UInt32(wait * 1e6)) }
            try clerk.change(dossier.key, "Thay đổi \(UUID().uuidString)")
            committed[dossier.code] = Program.now()
        }
        try StoreLook.wait(until: "every change has arrived", within: 60) {
            let now = portal.lastArrivals
            return committed.allSatisfy { (now[$0.key] ?? 0) > (arrived[$0.key] ?? 0) }
        }
        let answers = portal.lastArrivals
        return committed.map { max(0, (answers[$0.key] ?? 0) - $0.value) + half }
    }

    /// One round trip of a dossier's size and one durable write of a page.
    private static func floor(_ lab: Lab, _ portal: TimedSink) throws -> Double {
        let count = lab.count(500, atLeast: 50)
        let trips = try portal.roundTrips(
            count, bytes: HTTPRows.bytes, perSecond: perSecond)
        let path = "\(lab.root)/fsync"
        let descriptor = open(path, O_RDWR | O_CREAT, 0o600)
        guard descriptor >= 0 else { throw Broken(description: path) }
        defer { close(descriptor) }
        let page = [UInt8](repeating: 7, count: 4096)
        let syncs = try (0..<count).map { index in
            usleep(UInt32(1e6 / perSecond))
            let began = Program.now()
            guard pwrite(descriptor, page, page.count, off_t(index % 64) * 4096) == page.count,
                fdatasync(descriptor) == 0
            else { throw Broken(description: "\(path): \(errno)") }
            return Program.now() - began
        }
        return median(trips) + median(syncs)
    }
}

/// A value that such a share of all does not exceed.
func percentile(_ values: [Double], _ share: Double) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return .nan }
    return sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
}
