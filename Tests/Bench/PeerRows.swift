import Foundation
import TestSupport

/// Against what others would use: syslog-ng's `http()` with a reliable disk buffer, and what a province would
/// write in Python. Same sink, bodies of the same size; neither orders, reads errors in a body, or keeps a
/// ledger.
struct PeerRows {
    static func syslogNG(_ lab: Lab, _ sink: Sink) throws -> [Row] {
        let records = lab.count(60_000, atLeast: 1000)
        let (ours, theirs) = try withOurs(lab, sink) {
            try SyslogNG(lab, sink: sink).send(records: records, bytes: HTTPRows.bytes)
        }
        return rows(ours, theirs, name: "syslog-ng", rate: .atLeast(1), cpu: .atMost(1.3))
    }

    static func python(_ lab: Lab, _ sink: Sink) throws -> [Row] {
        let records = lab.count(10_000, atLeast: 500)
        let (ours, theirs) = try withOurs(lab, sink) {
            let folder = lab.folder("python-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let measured = try Program.run(
                [
                    "/usr/bin/python3", "\(lab.home)/Tests/Bench/Peers/outbox.py", sink.plain + "/",
                    String(records), String(HTTPRows.bytes), "\(folder)/outbox.sqlite",
                ], in: folder)
            return try Sent(measured, requests: records)
        }
        return rows(ours, theirs, name: "Python", rate: .atLeast(6), cpu: .atMost(0.25))
    }

    private static func withOurs(_ lab: Lab, _ sink: Sink, _ theirs: () throws -> Sent) throws
        -> ([Sent], [Sent])
    {
        let province = try Province(
            lab, try TestCluster.shared(), dossiers: lab.count(20_000, atLeast: 300))
        return try lab.sideBySide({ try DeliveryRows.pass(province, sink) }, theirs)
    }

    private static func rows(
        _ ours: [Sent], _ theirs: [Sent], name: String, rate: Row.Aim, cpu: Row.Aim
    ) -> [Row] {
        [
            Row(
                name: "rate against \(name)", figure: median(ours.map(\.rate)), unit: "/s",
                yardstick: median(theirs.map(\.rate)), yardstickName: name, aim: rate),
            Row(
                name: "CPU against \(name)", figure: median(ours.map(\.cpu)), unit: "µs",
                yardstick: median(theirs.map(\.cpu)), yardstickName: name, aim: cpu),
        ]
    }
}
