import Foundation
import TestSupport

/// What a deep queue costs: memory, the start, and the way back after `kill -9`.
///
/// A million deliveries; ten million with `--large`.
struct DepthRows {
    static func measure(_ lab: Lab, _ sink: Sink) throws -> [Row] {
        let province = try Province(
            lab, try TestCluster.shared(), dossiers: lab.count(20_000, atLeast: 500))
        let depth = lab.count(lab.isLarge ? 10_000_000 : 1_000_000, atLeast: 5000)
        let state = "\(lab.folder("deep"))/state"
        defer { try? FileManager.default.removeItem(atPath: state) }
        try fill(province, sink, state: state, deliveries: depth)
        let deep = try province.settle(at: sink.plain, state: state)
        defer { deep.remove() }
        var busy: [Double] = []
        var idle: [Double] = []
        var queued: [Double] = []
        var starts: [Double] = []
        var returns: [Double] = []
        for _ in 0..<lab.runs {
            let load = try underLoad(province, sink)
            busy.append(load.busy)
            idle.append(load.idle)
            let back = try start(deep, seconds: 10 * lab.scale)
            queued.append(back.memory)
            starts.append(back.ready)
            returns.append(back.delivering)
        }
        let name = Text.short(Double(depth))
        return [
            Row(name: "memory, idle", figure: median(idle), unit: "MiB", aim: .atMost(32)),
            Row(
                name: "memory, under full load, at most", figure: median(busy), unit: "MiB",
                aim: .atMost(96)),
            Row(
                name: "memory, \(name) deliveries queued, at most", figure: median(queued),
                unit: "MiB", yardstick: median(busy), yardstickName: "under full load",
                aim: .atMost(1.05)),
            Row(
                name: "start to ready, \(name) queued", figure: median(starts) * 1000, unit: "ms",
                aim: .atMost(150)),
            Row(
                name: "`kill -9` to the next acknowledgement, \(name) queued",
                figure: median(returns) * 1000, unit: "ms", aim: .atMost(1000)),
        ]
    }

    /// A store in which everything waits, copied until it is deep.
    static func fill(_ province: Province, _ sink: Sink, state: String, deliveries: Int) throws {
        let post = try province.settle(
            at: sink.plain, delivery: Province.closed, level: "notice", state: state)
        defer { post.remove() }
        let daemon = try post.start()
        _ = try daemon.moment(when: "captureWalkFinished", within: 600)
        daemon.stop()
        try Copies(of: post.store).queue(deliveries)
    }

    /// The largest memory of a daemon that reads and sends everything, and the memory of the next one, which
    /// has nothing to do.
    private static func underLoad(_ province: Province, _ sink: Sink) throws
        -> (busy: Double, idle: Double)
    {
        let post = try province.settle(at: sink.plain, level: "notice")
        defer { post.remove() }
        let daemon = try post.start()
        _ = try daemon.moment(when: "captureWalkFinished", within: 600)
        let look = try StoreLook(post)
        try look.waitUntilSettled(within: 600)
        let busy = daemon.peakMiB
        daemon.stop()
        let (idler, _) = try ready(post)
        defer { idler.stop() }
        usleep(post.lab.scale < 0.1 ? 500_000 : 3_000_000)
        return (busy, idler.residentMiB)
    }

    /// Starts, delivers for a while, is killed, and starts again.
    private static func start(_ post: Post, seconds: Double) throws
        -> (ready: Double, memory: Double, delivering: Double)
    {
        let look = try StoreLook(post)
        let before = try look.acknowledged
        let (daemon, time) = try ready(post)
        try StoreLook.wait(until: "deliveries", within: 60) { try look.acknowledged > before }
        usleep(UInt32(seconds * 1e6))
        let memory = daemon.peakMiB
        daemon.stop(SIGKILL)
        let killed = Program.now()
        let settled = try look.acknowledged
        let next = try post.start()
        defer { next.stop() }
        try StoreLook.wait(until: "deliveries again", within: 60, every: 1) {
            try look.acknowledged > settled
        }
        return (time, memory, Program.now() - killed)
    }

    /// Starts the daemon and waits until it says so, as systemd would.
    private static func ready(_ post: Post) throws -> (Program, seconds: Double) {
        let manager = try Readiness(path: "\(post.folder)/notify")
        let began = Program.now()
        let daemon = try post.start(environment: ["NOTIFY_SOCKET=\(manager.path)"])
        try manager.wait(seconds: 60)
        return (daemon, Program.now() - began)
    }
}
