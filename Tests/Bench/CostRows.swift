import Foundation
import TestSupport

/// What a delivery costs while the store knows more and more dossiers: it should not matter.
///
/// Ten thousand and a million; ten million with `--large`.
struct CostRows {
    static func measure(_ lab: Lab, _ sink: Sink) throws -> [Row] {
        let province = try Province(
            lab, try TestCluster.shared(), dossiers: lab.count(5000, atLeast: 300))
        var sizes = [10_000, 1_000_000].map { lab.count($0, atLeast: $0 / 100) }
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
