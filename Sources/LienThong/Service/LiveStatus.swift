package import Capture
package import Couriers
internal import Dossiers
internal import Glibc
package import Operating
package import Wire

/// What only the running daemon knows, written every two seconds beside the store for `status` to read:
/// breakers, sessions, rates, what capture is doing. Never anything about a dossier.
package struct LiveStatus: Sendable {
    package var pid: Int32
    package var startedAt: Timestamp
    package var writtenAt: Timestamp
    package var standings: [DestinationStanding]
    package var capture: SourceStanding?
    /// What the store, the source and the destinations suffer from at the moment.
    package var troubles: [Trouble]
    package var residentKiB: Int64
    package var recorded: Int64

    static func path(in directory: String) -> String { "\(directory)/live.json" }

    func render() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("pid", Int64(pid))
        writer.member("startedAt", startedAt.rfc3339)
        writer.member("writtenAt", writtenAt.rfc3339)
        writer.member("writtenAtMilliseconds", writtenAt.milliseconds)
        writer.key("source")
        writer.beginObject()
        if let capture {
            writer.member("caughtUp", capture.isCaughtUp)
            writer.member("walking", capture.isWalking)
            writer.member("failures", Int64(capture.failures))
            writer.member("dossiersRead", capture.dossiersRead)
            if let net = capture.net { writer.member("net", net) }
            if let sweep = capture.sweep {
                writer.key("sweep")
                writer.beginObject()
                writer.member("underWay", sweep.isUnderWay)
                writer.member("swept", sweep.swept)
                writer.member("lastRound", sweep.lastRound)
                writer.member("lastTookMilliseconds", sweep.lastTook)
                writer.endObject()
            }
            if let trouble = capture.trouble { writer.member("trouble", trouble.code) }
            if let trouble = capture.writeBackTrouble {
                writer.member("writeBackTrouble", trouble.code)
            }
        }
        writer.endObject()
        writer.member("residentKiB", residentKiB)
        writer.member("recorded", recorded)
        writer.key("destinations")
        writer.beginArray()
        for standing in standings { write(standing, to: &writer) }
        writer.endArray()
        writer.key("troubles")
        TroubleJSON.write(troubles, to: &writer)
        writer.endObject()
        return writer.finish()
    }

    static func name(of state: CircuitBreaker.State) -> String {
        switch state {
        case .closed: "closed"
        case .open: "open"
        case .halfOpen: "half-open"
        }
    }

    private func write(_ standing: DestinationStanding, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("destination", standing.destination.rawValue)
        writer.member("breaker", LiveStatus.name(of: standing.breaker))
        if let since = standing.since { writer.member("since", since.rfc3339) }
        if let pause = standing.reopensIn { writer.member("reopensInMilliseconds", pause) }
        if let trouble = standing.trouble { writer.member("trouble", trouble.code) }
        writer.member("session", standing.session.rawValue)
        writer.member("window", Int64(standing.window))
        if let rate = standing.perSecond { writer.member("perSecond", Int64(rate.rounded())) }
        writer.member("inFlight", Int64(standing.inFlight))
        writer.member("queued", Int64(standing.queued))
        if let time = standing.roundTripMicroseconds {
            writer.member("roundTripMicroseconds", time)
        }
        writer.member("awaitsSession", standing.awaitsSession)
        writer.member("owing", standing.isOwing)
        if let time = standing.wellFor { writer.member("wellForMilliseconds", time) }
        if let pause = standing.pausedFor { writer.member("pausedForMilliseconds", pause) }
        let counters: [(String, Int64)] = [
            ("sent", standing.counters.sent), ("acknowledged", standing.counters.acknowledged),
            ("retried", standing.counters.retried), ("uncertain", standing.counters.uncertain),
            ("parked", standing.counters.parked), ("probes", standing.counters.probes),
            ("logins", standing.counters.logins), ("throttled", standing.counters.throttled),
            ("splits", standing.counters.splits),
        ]
        for (name, count) in counters { writer.member(name, count) }
        if let last = standing.lastSuccess { writer.member("lastSuccess", last.rfc3339) }
        writer.endObject()
    }

    /// Replaces the file in one step. It is not worth an fsync: after a crash it is stale anyway.
    func write(in directory: String) {
        let path = LiveStatus.path(in: directory)
        let temporary = path + ".new"
        let bytes = render()
        guard LiveStatus.write(bytes, to: temporary, O_CREAT | O_TRUNC) else {
            // A full disk is what `status` must be able to say: the old file has its block already.
            unlink(temporary)
            _ = LiveStatus.write(bytes, to: path, 0)
            return
        }
        rename(temporary, path)
    }

    private static func write(_ bytes: [UInt8], to path: String, _ flags: Int32) -> Bool {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC | flags, 0o640)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return Glibc.write(descriptor, bytes, bytes.count) == bytes.count
            && ftruncate(descriptor, off_t(bytes.count)) == 0
    }

    /// The file's content when a daemon wrote it within the last ten seconds; nil when none runs.
    static func read(in directory: String, now: Timestamp) -> JSONValue? {
        guard let bytes = readFile(path(in: directory)) else { return nil }
        guard let value = try? JSONValue(parsing: bytes) else {
            // Written in place, so that a full disk cannot stop it: a glance may meet it half-written, and
            // then it says as little as none. The next one meets it whole.
            return nil
        }
        guard let text = value["writtenAtMilliseconds"]?.text, let written = Int64(text),
            abs(now.milliseconds - written) < 10_000
        else { return nil }
        return value
    }

    /// The same when that process wrote it: one that was killed leaves its file behind, and the next one has
    /// not yet written its own.
    static func read(in directory: String, by process: Int32, now: Timestamp) -> JSONValue? {
        read(in: directory, now: now).flatMap { $0["pid"]?.text == "\(process)" ? $0 : nil }
    }

    static let refusedLogin = "LT-5110"

    /// The destinations that refuse the running daemon's login.
    static func refusedLogins(in directory: String) -> Set<String> {
        let standings = read(in: directory, now: WallClock.system.now().wall)?["destinations"]?
            .items
        return Set(
            (standings ?? []).filter { $0["trouble"]?.text == refusedLogin }
                .compactMap { $0["destination"]?.text })
    }

    /// Resident memory of this process, in KiB.
    static func residentKiB() -> Int64 {
        guard let bytes = readFile("/proc/self/statm") else { return 0 }
        let pages = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        guard pages.count > 1, let resident = Int64(pages[1]) else { return 0 }
        return resident * Int64(sysconf(Int32(_SC_PAGESIZE))) / 1024
    }
}
