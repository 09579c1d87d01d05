internal import Synchronization
internal import Wire

extension Portal {
    /// What an operator, a test or the demo asks the sandbox itself; never troubled by faults.
    func control(_ request: ServedRequest, now: Moment) -> ServedReply {
        switch (request.method, request.path) {
        case ("GET", "/sandbox/health"):
            return ServedReply(body: .bytes(Array(#"{"status":"ok"}"#.utf8)))
        case ("GET", "/sandbox/holdings"): return holdings(request)
        case ("GET", "/sandbox/violations"):
            return ServedReply(body: .bytes(state.withLock { $0.violations }.json()))
        case ("GET", "/sandbox/counters"): return ServedReply(body: .bytes(counters(now: now)))
        case ("GET", "/sandbox/attachments"): return ServedReply(body: .bytes(attachments.json()))
        case ("GET", "/sandbox/groups"): return groupListing()
        case ("GET", "/sandbox/faults"): return faults()
        case ("PUT", "/sandbox/faults"):
            let reason = state.withLock { state -> String? in
                if let reason = state.switches.apply(request.body) { return reason }
                state.switched(now: now.steady)
                return nil
            }
            return reason.map { .text(400, $0) } ?? faults()
        case ("GET", let path) where path.hasPrefix("/sandbox/files/"):
            // A file for attachments to point at, so that a demo needs no file server of its own.
            return path.hasSuffix("/missing")
                ? .text(404, "Not Found")
                : ServedReply(
                    contentType: "application/pdf",
                    body: .bytes(Array("%PDF-1.4\n% sandbox\n%%EOF\n".utf8)))
        default: return .text(404, "Not Found")
        }
    }

    private func faults() -> ServedReply {
        let switches = state.withLock { $0.switches }
        var json = JSONWriter()
        switches.write(to: &json)
        return ServedReply(body: .bytes(json.finish()))
    }

    private func counters(now: Moment) -> [UInt8] {
        let (counters, asks, rest) = state.withLock { state in
            (
                state.counters, state.asks,
                [
                    ("dossiers", state.holdings.count),
                    ("violations", state.violations.total),
                    ("sessions", state.sessions.live(now: now.steady)),
                    ("keys", state.keys.count),
                ]
            )
        }
        var json = JSONWriter()
        json.beginObject()
        for (name, count) in rest { json.member(name, Int64(count)) }
        counters.write(to: &json)
        asks.write(to: &json)
        json.endObject()
        return json.finish()
    }

    /// NDJSON of what is held, by dossier code: one (`code`), or all behind `after`, at most `limit`.
    private func holdings(_ request: ServedRequest) -> ServedReply {
        let stream: HoldingsStream
        if let code = request.query["code"] {
            stream = HoldingsStream(portal: self, codes: [code])
        } else {
            let after = request.query["after"] ?? ""
            let limit = request.query["limit"].flatMap { Int($0) } ?? .max
            let codes = state.withLock { $0.holdings.codes }.filter { $0 > after }.sorted()
            stream = HoldingsStream(portal: self, codes: Array(codes.prefix(max(limit, 0))))
        }
        return ServedReply(
            contentType: "application/x-ndjson", body: .stream { stream.next() })
    }
}

/// Reads the held dossiers a few at a time, so that a listing neither copies nor locks them all.
private final class HoldingsStream: Sendable {
    private let portal: Portal
    private let codes: [String]
    private let position = Mutex(0)

    init(portal: Portal, codes: [String]) {
        self.portal = portal
        self.codes = codes
    }

    func next() -> [UInt8]? {
        let range = position.withLock { position in
            let start = position
            position = min(codes.count, start + 64)
            return start..<position
        }
        guard !range.isEmpty else { return nil }
        let held = portal.state.withLock { state in
            codes[range].compactMap { state.holdings.place($0) }
                .map { state.holdings.dossiers[$0] }
        }
        var lines: [UInt8] = []
        for dossier in held { lines += dossier.line() }
        return lines
    }
}
