import Foundation
import TestSupport

/// How the rate of durable deliveries goes with what an operator may meet: a store that knows more dossiers,
/// a wider window, larger bodies, a slower destination. Drawn as SVG, each number a median of its runs.
struct Growth {
    let lab: Lab
    let sink: Sink
    let folder: String

    func draw() throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        try save("growth-store", try store())
        try save("growth-window", try window())
        try save("growth-body", try bodies())
        try save("growth-latency", try latencies())
    }

    private func save(_ name: String, _ drawing: Drawing) throws {
        try Text.write("\(folder)/\(name).svg", drawing.svg)
        for curve in drawing.curves where !curve.isBound {
            let points = curve.points.map { "\(Text.short($0.x)): \(Text.short($0.y))" }
            lab.say("\(name), \(curve.name): \(points.joined(separator: ", "))")
        }
    }

    private static let rate = Drawing.Axis(
        title: "bản tin/giây – deliveries/s", isLogarithmic: false)

    private func store() throws -> Drawing {
        let province = try province(5000)
        let sizes = [10_000, 100_000, 1_000_000].map { lab.count($0, atLeast: $0 / 100) }
        let posts = try CostRows.stores(province, sink, sizes: sizes)
        defer {
            for post in posts {
                try? FileManager.default.removeItem(atPath: post.state)
                post.remove()
            }
        }
        var rates = [[Double]](repeating: [], count: posts.count)
        for _ in 0..<lab.runs {
            try Clerk(province).changeAll("Lượt \(UUID().uuidString)")
            for (index, post) in posts.enumerated() {
                rates[index].append(try CostRows.deliver(post).rate)
            }
        }
        return Drawing(
            titleVI: "Tốc độ theo số hồ sơ đã biết", title: "Rate against dossiers in the store",
            x: .init(title: "hồ sơ trong kho trạng thái – dossiers in the store"), y: Growth.rate,
            curves: [
                .init(
                    name: "đo được – measured",
                    points: zip(sizes, rates).map { (Double($0), median($1)) })
            ])
    }

    private func window() throws -> Drawing {
        let province = try province(5000)
        let widths = [1, 4, 16, 64, 256]
        let points = try widths.map { width in
            let window = Window(min: 1, max: width)
            return (Double(width), try rate(province, at: sink.plain, window: window))
        }
        return Drawing(
            titleVI: "Tốc độ theo số yêu cầu đang bay", title: "Rate against requests under way",
            x: .init(title: "yêu cầu cùng lúc – requests under way"), y: Growth.rate,
            curves: [.init(name: "đo được – measured", points: points)])
    }

    private func bodies() throws -> Drawing {
        var deliveries: [(Double, Double)] = []
        for documents in [0, 25, 100, 350] {
            let province = try province(2000)
            if documents > 0 { try Clerk(province).addDocuments(documents) }
            deliveries.append((3 + Double(documents) * 0.3, try rate(province, at: sink.plain)))
        }
        return Drawing(
            titleVI: "Tốc độ theo cỡ bản tin", title: "Rate against the size of a dossier",
            x: .init(title: "KiB một hồ sơ – KiB a dossier"), y: Growth.rate,
            curves: [.init(name: "đo được – measured", points: deliveries)])
    }

    private func latencies() throws -> Drawing {
        let delays: [Int64] = [1, 10, 100, 1000]
        var curves: [Drawing.Curve] = []
        for width in [32, 256] {
            var points: [(Double, Double)] = []
            for delay in delays {
                let portal = try TimedSink(delay: delay)
                defer { portal.stop() }
                let province = try province(delay >= 100 ? 500 : 2000)
                let window = Window(min: 1, max: width)
                points.append((Double(delay), try rate(province, at: portal.url, window: window)))
            }
            curves.append(.init(name: "tối đa \(width) cùng lúc – at once", points: points))
        }
        return Drawing(
            titleVI: "Tốc độ theo độ trễ của hệ thống đích",
            title: "Rate against the destination's latency",
            x: .init(title: "ms một câu trả lời – ms an answer"),
            y: .init(title: Growth.rate.title), curves: curves)
    }

    private func province(_ dossiers: Int) throws -> Province {
        try Province(
            lab, try TestCluster.shared(), dossiers: lab.count(dossiers, atLeast: dossiers / 20))
    }

    /// Deliveries a second of whole passes, the daemon's start included.
    private func rate(_ province: Province, at url: String, window: Window = Window()) throws
        -> Double
    {
        median(
            try (0..<lab.runs).map { _ in
                let post = try province.settle(at: url, window: window)
                defer { post.remove() }
                let measured = try post.pass()
                return Double(try StoreLook(post).attempts) / measured.seconds
            })
    }
}
