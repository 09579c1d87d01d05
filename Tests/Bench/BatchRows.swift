import Foundation
import TestSupport

/// Durable delivery with fifty dossiers a call and ten dossiers' steps a call, as far as the contract goes.
///
/// Against the C program by bytes, for it sends the same bytes in as many requests; against syslog-ng with
/// fifty lines a request by records.
struct BatchRows {
    private static let batch = ", batch: { state: 50, history: 10 }"

    static func measure(_ lab: Lab, _ sink: Sink) throws -> [Row] {
        let province = try Province(
            lab, try TestCluster.shared(), dossiers: lab.count(20_000, atLeast: 500))
        // The same dossiers are the same bytes every time, so they are counted once, where counting is slow.
        let counted = try pass(province, at: sink.counted)
        let whole = try sink.countedBytes()
        guard whole.requests > 0, whole.requests < counted.deliveries / 2 else {
            throw Broken(
                description: "\(whole.requests) requests for \(counted.deliveries): no batches")
        }
        let size = whole.bytes / whole.requests
        let records = lab.count(100_000, atLeast: 2000) / 50 * 50
        var syslog: [Double] = []
        let (ours, theirs) = try lab.sideBySide {
            try pass(province, at: sink.plain)
        } _: {
            syslog.append(
                try SyslogNG(lab, sink: sink, lines: 50)
                    .send(records: records, bytes: HTTPRows.bytes).rate)
            return try HTTPRows.plainC(
                lab, url: sink.plain + "/", requests: lab.count(10_000, atLeast: 500), bytes: size
            ).rate * Double(size) / 1e6
        }
        return [
            Row(
                name: "durable delivery in batches of 50",
                figure: median(ours.map { Double(whole.bytes) / $0.seconds / 1e6 }), unit: "MB/s",
                yardstick: median(theirs), yardstickName: "C, libcurl, the same bytes",
                aim: .atLeast(0.5)),
            Row(
                name: "batches of 50 against syslog-ng's",
                figure: median(ours.map { Double($0.deliveries) / $0.seconds }), unit: "/s",
                yardstick: median(syslog), yardstickName: "syslog-ng, 50 lines a request",
                aim: .atLeast(0.4)),
        ]
    }

    private static func pass(_ province: Province, at url: String) throws
        -> (seconds: Double, deliveries: Int)
    {
        let post = try province.settle(at: url, delivery: batch)
        defer { post.remove() }
        let measured = try post.pass()
        return (measured.seconds, try StoreLook(post).acknowledged)
    }
}
