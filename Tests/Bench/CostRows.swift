import Foundation
import Outbox
import TestSupport
import Wire

/// What a delivery costs while the store knows more and more dossiers: it should not matter.
///
/// Ten thousand and a million; ten million with `--large`.
struct CostRows {
    static func measure(_ lab: Lab, _ sink: Sink) throws -> [Row] {
        let province = try Province(
            lab, try TestCluster.shared(), dossiers: lab.count(5000, atLeast: 300))
        var sizes = [10_000, 1_000_000].map { lab.count($0, atLeast: $0 / 20) }
        if lab.isLarge { sizes.append(10_000_000) }
        let posts = try stores(province, sink, sizes: sizes)
        defer { for post in posts { try? FileManager.default.removeItem(atPath: post.state) } }
        defer { for post in posts { post.remove() } }
        var costs = [[Double]](repeating: [], count: posts.count)
        for round in 0..<lab.runs {
            try Clerk(province).changeAll("Lượt \(UUID().uuidString)")
            let order = Array(posts.indices)
            for index in round % 2 == 0 ? order : order.reversed() {
                costs[index].append(try deliver(posts[index]).cpu)
            }
        }
        return (1..<posts.count).map { index in
            Row(
                name: "CPU of a delivery, \(Text.short(Double(sizes[index]))) dossiers in store",
                figure: median(costs[index]), unit: "µs", yardstick: median(costs[0]),
                yardstickName: "\(Text.short(Double(sizes[0]))) dossiers", aim: .atMost(1.2))
        }
    }

    /// Stores in which the province's dossiers are delivered, among copies of themselves.
    static func stores(_ province: Province, _ sink: Sink, sizes: [Int]) throws -> [Post] {
        let first = try province.settle(at: sink.plain)
        defer { first.remove() }
        _ = try first.pass()
        return try sizes.map { size in
            let state = "\(province.lab.folder("stores"))/\(UUID().uuidString)"
            try FileManager.default.copyItem(atPath: first.state, toPath: state)
            let post = try province.settle(at: sink.plain, state: state)
            try Copies(of: post.store).delivered(size)
            return post
        }
    }

    /// One pass over what has changed.
    static func deliver(_ post: Post) throws -> Sent {
        let look = try StoreLook(post)
        let before = try look.attempts
        let measured = try post.pass()
        let requests = Double(try look.attempts - before)
        guard requests > 0 else { throw Broken(description: "nothing had changed") }
        return Sent(rate: requests / measured.seconds, cpu: measured.cpu / requests * 1e6)
    }
}

/// What the store keeps of every delivered revision.
///
/// The daemon's own compaction has run by then, if it has one: it is asked for nothing.
struct StateRow {
    static func measure(_ lab: Lab, _ sink: Sink) throws -> [Row] {
        let province = try Province(
            lab, try TestCluster.shared(), dossiers: lab.count(20_000, atLeast: 500))
        var kept: [Double] = []
        var used: [Double] = []
        for _ in 0..<lab.runs {
            let post = try province.settle(at: sink.plain)
            defer { post.remove() }
            let empty = try bytesOfEmptyStore(lab)
            _ = try post.pass()
            let look = try StoreLook(post)
            let revisions = Double(try look.acknowledged)
            guard revisions > 0 else { throw Broken(description: "nothing was acknowledged") }
            let pages = Double(try look.pages - look.freePages) * Double(try look.pageBytes)
            kept.append((bytes(in: post.state) - empty) / revisions)
            used.append((pages - empty) / revisions)
        }
        return [
            Row(
                name: "state of a delivered revision, files as they are", figure: median(kept),
                unit: "bytes", aim: .atMost(250)),
            Row(
                name: "state of a delivered revision, without free pages", figure: median(used),
                unit: "bytes", aim: .atMost(250)),
        ]
    }

    private static func bytesOfEmptyStore(_ lab: Lab) throws -> Double {
        let folder = "\(lab.folder("empty"))/\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        do {
            _ = try Store.open(
                directory: folder, key: [UInt8](repeating: 1, count: 32),
                now: WallClock.system.now().wall)
        }
        return bytes(in: folder)
    }

    /// Everything in a state directory.
    private static func bytes(in folder: String) -> Double {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.reduce(0) { sum, name in
            var information = stat()
            return stat("\(folder)/\(name)", &information) == 0
                ? sum + Double(information.st_size) : sum
        }
    }
}
