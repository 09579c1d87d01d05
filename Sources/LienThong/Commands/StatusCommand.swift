internal import Glibc
internal import Operating
internal import Outbox
internal import Wire

/// `lienthongd status`: what is queued, flowing, parked, late, per destination.
enum StatusCommand {
    static let spec = CommandSpec(
        name: "status",
        vietnamese: "Cho biết còn gì chờ gửi, đang gửi, bị giữ, bị dừng, theo từng hệ thống đích.",
        english: "What is queued, flowing, held and parked, per destination.",
        options: [.flag("watch", "vẽ lại mỗi hai giây / refresh every two seconds")],
        examples: ["lienthongd status", "lienthongd status --watch", "lienthongd status --json"],
        run: run)

    private static func run(_ arguments: Arguments) throws(Trouble) -> ExitCode {
        let place = try StatePlace(arguments)
        guard arguments.has("watch"), !arguments.has("json") else {
            return try once(place, arguments)
        }
        while true {
            Output.text("\u{1B}[H\u{1B}[2J")
            _ = try once(place, arguments)
            usleep(2_000_000)
        }
    }

    private static func once(_ place: StatePlace, _ arguments: Arguments) throws(Trouble)
        -> ExitCode
    {
        let reader = try place.reader()
        let now = place.now
        let report = try onStore { try reader.status(now: now) }
        let requests = try onStore { try reader.requests(limit: 5) }
        // What is not held by anybody any more was written by a daemon that is gone.
        let live = report.daemon.flatMap {
            LiveStatus.read(in: place.directory, by: $0, now: now)
        }
        if arguments.has("json") {
            Output.json(StatusJSON.render(report, requests: requests, live: live))
        } else {
            Output.text(StatusText.render(report, requests: requests, live: live, now: now))
        }
        let isTroubled =
            !(live?["troubles"]?.items ?? []).isEmpty || report.deletions.alarm != nil
        guard report.daemon != nil else { return .unavailable }
        let isHeld =
            report.heldDossiers > 0 || report.discarded > 0
            || report.destinations.contains { $0.parked > 0 }
        return isTroubled || isHeld ? .findings : .ok
    }
}
