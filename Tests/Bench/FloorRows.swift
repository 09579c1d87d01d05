import TestSupport

/// A durable delivery against the sum of what it cannot do without: the C program's request and a bare outbox's
/// writing. What lies between is reading the source, normalizing, order, keys, seals and the ledger's chain.
struct FloorRows {
    /// A delivery's body has some 1,800 bytes in the benchmark's province.
    private static let bodyBytes = 1800

    static func measure(_ lab: Lab, _ sink: Sink) throws -> [Row] {
        let province = try Province(
            lab, try TestCluster.shared(), dossiers: lab.count(20_000, atLeast: 300))
        let (ours, floors) = try lab.sideBySide {
            try DeliveryRows.pass(province, sink)
        } _: {
            (
                request: try HTTPRows.plainC(
                    lab, url: sink.plain + "/", requests: lab.count(100_000, atLeast: 2000),
                    bytes: HTTPRows.bytes),
                writing: try outbox(lab)
            )
        }
        return [
            Row(
                name: "CPU of a durable delivery, against its floor",
                figure: median(ours.map(\.cpu)),
                unit: "µs", yardstick: median(floors.map { $0.request.cpu + $0.writing.cpu }),
                yardstickName: "C, libcurl, and a bare outbox"),
            Row(
                name: "durable delivery, against a bare outbox", figure: median(ours.map(\.rate)),
                unit: "/s", yardstick: median(floors.map(\.writing.rate)),
                yardstickName: "insert, ledger line, delete, 50 a commit, nothing sent"),
        ]
    }

    private static func outbox(_ lab: Lab) throws -> Sent {
        let deliveries = lab.count(100_000, atLeast: 1000)
        let words = [
            lab.program("bench"), "--outbox", lab.folder("runs"), String(deliveries),
            String(bodyBytes),
        ]
        return try Sent(Program.run(words, in: lab.folder("runs")), requests: deliveries)
    }
}
