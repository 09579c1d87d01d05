internal import Dossiers
internal import Glibc
internal import Operating
internal import Outbox
internal import Wire

/// The demo: an office at work, the daemon, both national systems, an outage and a recovery, and at the end
/// both ends compared. Every part is the real program in a process of its own.
final class Demo {
    private let seconds: Int
    private let dossiers: Int
    private let share: String
    private let keeps: Bool
    private let folder: DemoFolder
    private let program: String
    private var children: [ChildProcess] = []
    private var screen = Screen()
    private let startedAt = WallClock.system.now().steady
    /// Beside the time that the office works: making it, what is left to be sent, the end of the daemon, the
    /// comparison. Whoever watches is not kept longer, however slow his machine is.
    private static let besides: Int64 = 30_000
    /// Of that, for what comes after the last delivery.
    private static let ending: Int64 = 12_000

    init(seconds: Int, dossiers: Int, share: String, keeps: Bool) throws(Trouble) {
        guard let program = ShareDirectory.executablePath() else {
            throw .demoCannotStart("lienthongd", reason: "/proc is not mounted")
        }
        self.seconds = seconds
        self.dossiers = dossiers
        self.share = share
        self.keeps = keeps
        self.program = program
        folder = try DemoFolder()
    }

    func run() throws(Trouble) -> ExitCode {
        defer { cleanUp() }
        screen.say("Thư mục tạm / temporary directory: \(folder.path)")
        try makeOffice()
        let portalURL = try startPortal()
        let client = try SandboxClient(base: portalURL)
        defer { client.close() }
        try configure(portalURL)
        let daemon = try start(
            "daemon", ["run", "--config", folder.file("lienthongd.json5"), "--share", share])
        let office = try start(
            "office",
            [
                "sandbox", "onestop", "work", "--profile", "reference", "--database",
                folder.file("onestop.sqlite"), "--rate", "8/s", "--seconds", "\(seconds)", "--seed",
                "3",
                "--codes", "\(share)/codes",
            ])
        guard try play(daemon: daemon, office: office, client: client) else {
            screen.say("Đã dừng theo yêu cầu. / Stopped as asked.")
            return .ok
        }
        daemon.stop(withinMilliseconds: 5000)
        let result = try compare(portalURL)
        let seconds = (WallClock.system.now().steady - startedAt) / 1000
        screen.say("Xong sau / done in \(seconds) s")
        return result
    }

    private func makeOffice() throws(Trouble) {
        try folder.copy("\(share)/codes", to: "codes")
        screen.say(
            "Tạo cơ sở dữ liệu một cửa mẫu / making a sample one-stop database: \(dossiers) hồ sơ")
        let make = try start(
            "make",
            [
                "sandbox", "onestop", "make", "--profile", "reference", "--database",
                folder.file("onestop.sqlite"), "--dossiers", "\(dossiers)", "--seed", "2026",
                "--catalogue", folder.file("catalogue.json"), "--people",
                folder.file("people.json"),
                "--sources", "\(share)/sources", "--codes", "\(share)/codes", "--units",
                folder.file("codes/units.json5"),
            ])
        guard make.wait(withinMilliseconds: 120_000) == 0 else {
            throw .demoPartEnded("make", lastLine: folder.lastLine("make.log"))
        }
    }

    private func startPortal() throws(Trouble) -> String {
        let portal = try start(
            "portal",
            [
                "sandbox", "portal", "--port", "0", "--catalogue", folder.file("catalogue.json"),
                "--people",
                folder.file("people.json"), "--seed", "5", "--fault", "drop_after=0.01", "--quiet",
            ])
        for _ in 0..<200 {
            let ready = folder.text("portal.log").split(separator: "\n").first {
                $0.hasPrefix("ready ")
            }
            if let ready { return String(ready.dropFirst(6)) }
            if portal.exitStatus != nil { break }
            usleep(50_000)
        }
        throw .demoPartEnded("portal", lastLine: folder.lastLine("portal.log"))
    }

    private func configure(_ portalURL: String) throws(Trouble) {
        for (name, secret) in [
            ("username", "sandbox"), ("password", "sandbox-password"), ("key", "sandbox-secret"),
        ] {
            try folder.write("credentials/\(name)", secret)
        }
        try folder.write(
            "lienthongd.json5",
            """
            {
              state: { directory: "\(folder.file("state"))" },
              credentials: { directory: "\(folder.file("credentials"))" },
              codes: "\(folder.file("codes"))",
              source: { profile: "reference", database: "sqlite",
                        connection: "\(folder.file("onestop.sqlite"))", poll: "300ms" },
              destinations: {
                portal: {
                  contract: "dvcqg-adapter", url: "\(portalURL)", allowPlainHTTP: true,
                  settings: { madonvi: "000.00.00.H21", dstcode: "VN:GOV:SANDBOX:dvcqg" },
                  secrets: { username: "username", password: "password" },
                  delivery: { timeout: "5s", quietDelay: "500ms", backoff: { base: "300ms", cap: "4s" },
                              breaker: { pause: "1s", pauseCap: "3s" } },
                },
                population: {
                  contract: "csdlqgdc-soap", url: "\(portalURL)", allowPlainHTTP: true,
                  settings: { ma_dvc: "VPCP", ma_can_bo: "officer01" },
                  secrets: { username: "username", secret_key: "key" },
                  delivery: { timeout: "5s", quietDelay: "500ms", backoff: { base: "300ms", cap: "4s" },
                              breaker: { pause: "1s", pauseCap: "3s" } },
                },
              },
            }
            """)
    }

    private func start(_ name: String, _ arguments: [String]) throws(Trouble) -> ChildProcess {
        let child = try ChildProcess(
            name: name, program: program, arguments: arguments, output: folder.file("\(name).log"))
        children.append(child)
        return child
    }

    /// Draws until the office has closed and nothing is left to send; false when told to stop.
    private func play(daemon: ChildProcess, office: ChildProcess, client: SandboxClient)
        throws(Trouble)
        -> Bool
    {
        let clock = WallClock.system
        let begin = clock.now().steady
        let outage = (from: Int64(seconds) * 300, to: Int64(seconds) * 550)
        var phase = 0
        var quietFrames = 0
        let patience = startedAt + Int64(seconds) * 1000 + Demo.besides - Demo.ending - begin
        while true {
            if Signals.next(milliseconds: 250) == .stop { return false }
            let elapsed = clock.now().steady - begin
            if let status = daemon.exitStatus, status != 0 || elapsed < patience {
                throw .demoPartEnded("daemon", lastLine: folder.lastLine("daemon.log"))
            }
            if let status = office.exitStatus, status != 0 {
                throw .demoPartEnded("office", lastLine: folder.lastLine("office.log"))
            }
            if phase == 0, elapsed >= outage.from {
                phase = 1
                try client.put("/sandbox/faults", Array(#"{"outage":"503"}"#.utf8))
            } else if phase == 1, elapsed >= outage.to {
                phase = 2
                try client.put("/sandbox/faults", Array(#"{"outage":"none"}"#.utf8))
            }
            let closed = office.exitStatus != nil
            let picture = try picture(
                elapsed, title: title(phase: phase, closed: closed), client: client, daemon: daemon)
            screen.draw(picture)
            let empty = picture.lanes.allSatisfy { $0.waiting == 0 && $0.inFlight == 0 }
            quietFrames = closed && phase == 2 && empty && picture.hasLanes ? quietFrames + 1 : 0
            if quietFrames >= 8 { return true }
            if elapsed > patience {
                screen.say(
                    "Máy chậm, chưa gửi hết: so sánh ngay. / A slow machine: not all has gone out yet, compared as it is."
                )
                return true
            }
        }
    }

    private func title(phase: Int, closed: Bool) -> String {
        switch (phase, closed) {
        case (1, _):
            "cổng đang gián đoạn, không hồ sơ nào mất / the portal is down, nothing is lost"
        case (_, true): "một cửa đã đóng, đang gửi nốt / the office has closed, the rest goes out"
        case (2, _): "cổng đã hoạt động lại / the portal is back"
        default: "một cửa đang làm việc / the office is at work"
        }
    }

    private func picture(
        _ elapsed: Int64, title: String, client: SandboxClient, daemon: ChildProcess
    ) throws(Trouble) -> RoadPicture {
        let now = WallClock.system.now().wall
        let state = folder.file("state")
        let live = LiveStatus.read(in: state, now: now)
        let report = report(state, now: now)
        let counters = try client.get("/sandbox/counters")
        var lanes: [RoadPicture.Lane] = []
        for lane in report?.destinations ?? [] {
            let standing = live?["destinations"]?.items?.first {
                $0["destination"]?.text == lane.destination
            }
            func number(_ name: String) -> Int64 { Int64(standing?[name]?.text ?? "") ?? 0 }
            lanes.append(
                RoadPicture.Lane(
                    name: lane.destination,
                    waiting: lane.due + lane.later + lane.behind + lane.uncertain - lane.inFlight,
                    inFlight: lane.inFlight, acknowledged: lane.acknowledged,
                    retried: number("retried"),
                    parked: lane.parked, breaker: standing?["breaker"]?.text ?? "closed",
                    perSecond: screen.rate(lane.destination, lane.acknowledged, at: elapsed)))
        }
        return RoadPicture(
            elapsed: elapsed, title: title, sourceCount: report?.dossiers ?? 0,
            held: report?.heldDossiers ?? 0, lanes: lanes.sorted { $0.name > $1.name },
            portalHolds: Int64(counters["created"]?.text ?? "") ?? 0,
            memoryMiB: (daemon.residentKiB ?? 0) / 1024)
    }

    /// nil while the daemon has not made its store yet.
    private func report(_ state: String, now: Timestamp) -> StatusReport? {
        do {
            return try StoreReader(directory: state).status(now: now)
        } catch {
            return nil
        }
    }

    private func compare(_ portalURL: String) throws(Trouble) -> ExitCode {
        screen.say("")
        screen.say("So sánh hai đầu, từng hồ sơ / both ends, dossier by dossier:")
        let compare = try start(
            "compare",
            [
                "sandbox", "compare", "--profile", "reference", "--database",
                folder.file("onestop.sqlite"),
                "--portal", portalURL, "--sources", "\(share)/sources", "--codes",
                folder.file("codes"),
            ])
        let status = compare.wait(withinMilliseconds: 120_000)
        screen.say(folder.text("compare.log"))
        let reader = try StoreReader(directory: folder.file("state"))
        let groups = try onStore { try reader.heldGroups() }
        let parked = try onStore { try reader.parked(DeliveryFilter(), limit: 10) }
        let now = WallClock.system.now().wall
        screen.say("Bị giữ và vì sao / what was held and why:")
        screen.say(
            QueueText.render(
                parked: parked, groups: groups, held: [], codes: folder.file("codes"), now: now))
        let counts = try onStore { try reader.verificationCounts() }
        screen.say(
            "Công dân được hỏi một lần / each person asked once: \(counts.persons) người / persons, "
                + "\(counts.asked) câu hỏi / questions, \(counts.dossiersCovered) hồ sơ / dossiers")
        guard status == 0 else {
            screen.say("✗ hai đầu còn khác nhau / both ends differ")
            return .findings
        }
        screen.say("✓ hai đầu khớp nhau / both ends agree")
        return .ok
    }

    private func cleanUp() {
        screen.end()
        for child in children.reversed() { child.stop() }
        if keeps {
            screen.say("Giữ lại / kept: \(folder.path)")
        } else {
            folder.remove()
        }
    }
}
