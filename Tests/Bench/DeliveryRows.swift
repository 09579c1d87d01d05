import TestSupport

/// The whole road: rows of a PostgreSQL one-stop database, normalized, recorded, sent one dossier a request,
/// acknowledged, settled, in the ledger, every commit synced.
struct DeliveryRows {
    static func measure(_ lab: Lab, _ sink: Sink) throws -> [Row] {
        let province = try Province(
            lab, try TestCluster.shared(), dossiers: lab.count(20_000, atLeast: 300))
        let (ours, theirs) = try lab.sideBySide {
            try pass(province, sink)
        } _: {
            try HTTPRows.plainC(
                lab, url: sink.plain + "/", requests: lab.count(100_000, atLeast: 2000),
                bytes: HTTPRows.bytes)
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

    /// One pass of the daemon over everything, from an empty store, the daemon's start included.
    static func pass(_ province: Province, _ sink: Sink) throws -> Sent {
        let post = try province.settle(at: sink.plain)
        defer { post.remove() }
        let measured = try post.pass()
        let requests = Double(try post.number("attempts"))
        return Sent(rate: requests / measured.seconds, cpu: measured.cpu / requests * 1e6)
    }
}
