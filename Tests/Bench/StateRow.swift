import Foundation
import Outbox
import TestSupport
import Wire

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
