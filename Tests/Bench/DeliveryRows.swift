import TestSupport

/// The whole road: rows of a PostgreSQL one-stop database, normalized, recorded, sent one dossier a request,
/// acknowledged, settled, in the ledger, every commit synced.
struct DeliveryRows {
    static func measure(_ lab: Lab, _ sink: Sink) throws -> [Row] {
        let province = try Province(
            lab, try TestCluster.shared(), dossiers: lab.count(20_000, atLeast: 300))
        var requests = 0
        var bytes = 0
        let (ours, theirs) = try lab.sideBySide { () throws -> Sent in
            let post = try province.settle(at: sink.plain)
            defer { post.remove() }
            let measured = try post.pass()
            requests = try post.number("attempts")
            bytes = 3072
            return Sent(
                rate: Double(requests) / measured.seconds,
                cpu: measured.cpu / Double(requests) * 1e6)
        } _: {
            try HTTPRows.plainC(
                lab, url: sink.plain + "/", requests: lab.count(100_000, atLeast: 2000),
                bytes: bytes == 0 ? HTTPRows.bytes : bytes)
        }
        return [
            Row(
                name: "durable delivery, one dossier a request", figure: median(ours.map(\.rate)),
                unit: "/s", yardstick: median(theirs.map(\.rate)), yardstickName: "C, libcurl",
                aim: .atLeast(0.25)),
            Row(
                name: "CPU of a durable delivery", figure: median(ours.map(\.cpu)), unit: "µs",
                yardstick: median(theirs.map(\.cpu)), yardstickName: "C, libcurl",
                aim: .atMost(4)),
        ]
    }
}
