/// HTTP alone: our transport against a plain C program of libcurl's, 3 KiB a request, 64 at once.
struct HTTPRows {
    static let bytes = 3072
    static let inFlight = 64

    /// What the C program does with that many requests.
    static func plainC(_ lab: Lab, url: String, requests: Int, bytes: Int, http2: Bool = false)
        throws -> Sent
    {
        let words = [
            lab.program("bench-curl"), url, String(requests), String(inFlight), String(bytes),
        ]
        let measured = try Program.run(
            words + (http2 ? ["http2"] : []), in: lab.folder("runs"))
        return try Sent(measured, requests: requests)
    }

    static func ours(_ lab: Lab, sink: Sink, requests: Int, http2: Bool) throws -> Sent {
        let url = http2 ? sink.secure : sink.plain
        let words = [
            lab.program("bench"), "--transport", "\(url)/", String(requests), String(inFlight),
            String(bytes), http2 ? sink.authority : "-",
        ]
        let measured = try Program.run(words + (http2 ? ["http2"] : []), in: lab.folder("runs"))
        return try Sent(measured, requests: requests)
    }

    static func measure(_ lab: Lab, _ sink: Sink, http2: Bool) throws -> [Row] {
        let requests = lab.count(http2 ? 60_000 : 150_000, atLeast: 2000)
        let (ours, theirs) = try lab.sideBySide {
            try HTTPRows.ours(lab, sink: sink, requests: requests, http2: http2)
        } _: {
            try plainC(
                lab, url: (http2 ? sink.secure : sink.plain) + "/", requests: requests,
                bytes: bytes, http2: http2)
        }
        let name = http2 ? "HTTP/2 with TLS alone" : "HTTP alone"
        return [
            Row(
                name: name, figure: median(ours.map(\.rate)), unit: "/s",
                yardstick: median(theirs.map(\.rate)), yardstickName: "C, libcurl",
                aim: .atLeast(0.9))
        ]
    }
}

/// What a sender reached.
struct Sent {
    /// Requests a second, as the program itself clocked them, without its start.
    var rate: Double
    /// CPU a request, in microseconds, everything of the process counted.
    var cpu: Double

    init(_ measured: Measured, requests: Int) throws {
        let words = measured.output.split(whereSeparator: \.isWhitespace)
        guard let seconds = words.first.flatMap({ Double($0) }), seconds > 0 else {
            throw Broken(description: "no time in: \(measured.output.prefix(200))")
        }
        rate = Double(requests) / seconds
        cpu = measured.cpu / Double(requests) * 1e6
    }

    init(rate: Double, cpu: Double) {
        self.rate = rate
        self.cpu = cpu
    }
}
