internal import Contracts
internal import Curl
internal import Dossiers
internal import Glibc
internal import Operating
internal import Wire

// The destinations: files, certificates, the way there, the login.
extension Inspection {
    /// A certificate that ends within so many days is told: to get another one takes an office weeks.
    private static let daysBefore = 30

    func checkFiles(of destination: Configuration.Destination) {
        let usable = attempt { () throws(Trouble) in
            try destination.transfer.check()
            return true
        }
        // What no login would show: a setting that spoils the request of some call.
        if let unsendable = destination.contract.unsendable(
            for: destination.account, now: WallClock.system.now())
        {
            add(unsendable)
        }
        guard usable == true, let file = destination.transfer.clientCertificate else { return }
        guard let end = Certificate.ends(ofPEM: readFile(file) ?? []).first else { return }
        judge(end, of: file)
    }

    private func judge(_ end: Timestamp, of what: String) {
        let left = end.milliseconds - WallClock.system.now().wall.milliseconds
        let days = Int(left / 86_400_000)
        if left < Int64(Inspection.daysBefore) * 86_400_000 {
            add(.certificateEnds(what, at: end.rfc3339, days: left < 0 ? -1 : days))
        } else {
            fine("chứng thư / certificate: \(what), còn / ends in \(days) ngày / days")
        }
    }

    /// What a lost answer costs at a destination of which nobody knows what it does with a repeated step.
    private func noteRepeatedStep(_ destination: Configuration.Destination) {
        let contract = destination.contract
        guard contract.supports.contains(.history), contract.repeatedStep == .unknown else {
            return
        }
        note(
            "\(destination.id.rawValue): chưa biết đích làm gì với bước gửi lặp (repeatedStep: unknown); mỗi câu trả lời bị mất có thể cần một người tra cứu. Thử ở môi trường kiểm thử. / "
                + "what it does with a repeated step is unknown (repeatedStep); each lost answer may need a person to look. Try it in the test environment."
        )
    }

    /// Connects, and asks for a session or, where there is none, about a person who does not exist: a wrong
    /// secret shows only so. Nothing about a dossier is sent.
    ///
    /// - Parameter isRefused: the running daemon is being refused there.
    func check(_ destination: Configuration.Destination, isRefused: Bool) {
        let name = destination.id.rawValue
        let url = destination.account.baseURL
        noteRepeatedStep(destination)
        let connected = attempt { () throws(Trouble) in
            let found = try Reachability.connect(destination.transfer, url: url)
            if let end = found.certificateEnds { judge(end, of: url) }
            if let failure = found.failure {
                throw .destinationUnreachable(name, detail: failure.detail)
            }
            return true
        }
        guard connected == true else { return }
        // The daemon asks again by itself, at a distance; more often is a way to a locked account.
        guard !isRefused else { return add(.loginNotTried(name, code: LiveStatus.refusedLogin)) }
        attempt { () throws(Trouble) in
            switch try DestinationTrial(destination).run() {
            case .loggedIn: fine("kết nối và đăng nhập / reachable, logged in: \(name)")
            case .answered:
                fine("kết nối và được chấp nhận / reachable, our secret accepted: \(name)")
            case .connected: fine("kết nối / reachable: \(name)")
            }
        }
    }
}
