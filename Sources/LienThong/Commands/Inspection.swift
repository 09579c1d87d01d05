internal import Capture
internal import Contracts
internal import Curl
internal import Dossiers
internal import Execution
internal import Glibc
internal import Operating
internal import Outbox
internal import Wire

/// The checks of `lienthongd check`, one after another; a failed one does not keep the next from running.
final class Inspection {
    enum Finding {
        case fine(String)
        case trouble(Trouble)
    }

    private let isOffline: Bool
    private(set) var findings: [Finding] = []

    init(isOffline: Bool) { self.isOffline = isOffline }

    /// The exit code of the first trouble; `ok` without any.
    var worst: ExitCode {
        for case .trouble(let trouble) in findings { return trouble.exit }
        return .ok
    }

    func run(config: String?, share: String?) {
        guard
            let composition = attempt({ () throws(Trouble) in
                try Composition.load(path: config, share: share, makesKey: false)
            })
        else { return }
        let configuration = composition.configuration
        fine("cấu hình / configuration: \(configuration.file)")
        fine("bảng mã / code tables: \(configuration.codesDirectory)")
        fine("hồ sơ nguồn / source profile: \(composition.profile.directory)")
        for destination in configuration.destinations {
            fine("đích / destination \(destination.id.rawValue): \(destination.contract.title)")
            attempt { () throws(Trouble) in try destination.transfer.check() }
        }
        checkClock()
        checkDisk(configuration.stateDirectory)
        checkStore(composition)
        guard !isOffline else { return }
        checkSource(composition)
        for destination in configuration.destinations { checkDestination(destination) }
    }

    @discardableResult
    private func attempt<Result>(_ body: () throws(Trouble) -> Result) -> Result? {
        do {
            return try body()
        } catch {
            findings.append(.trouble(error))
            return nil
        }
    }

    private func fine(_ text: String) { findings.append(.fine(text)) }

    /// A clock before this program was written is a clock that nobody has set.
    private func checkClock() {
        let now = WallClock.system.now().wall
        let written = Timestamp(vietnam: CivilTime(year: 2026, month: 1, day: 1))
        if now < written {
            findings.append(.trouble(.clockUnset(now.rfc3339)))
        } else {
            fine("đồng hồ / clock: \(now.rfc3339)")
        }
    }

    /// The daemon makes the last part of the path itself.
    private func checkDisk(_ path: String) {
        let parent = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            .joined(separator: "/")
        let directory =
            access(path, F_OK) != 0 && errno == ENOENT && !parent.isEmpty ? parent : path
        var info = statvfs()
        guard statvfs(directory, &info) == 0 else {
            findings.append(
                .trouble(
                    .stateDirectoryMissing(directory, reason: String(cString: strerror(errno)))))
            return
        }
        guard access(directory, W_OK | X_OK) == 0 else {
            findings.append(
                .trouble(
                    .stateDirectoryMissing(directory, reason: String(cString: strerror(errno)))))
            return
        }
        let free = UInt64(info.f_bavail) * UInt64(info.f_frsize) / (1 << 20)
        if free < 512 {
            findings.append(.trouble(.diskNearlyFull(directory, freeMiB: free)))
        } else {
            fine("đĩa / disk: \(directory), còn / free \(free) MiB")
        }
    }

    /// The store as the daemon would find it. Its whole file is read only when there is time for it, which
    /// there is not before a service starts (`--offline`).
    private func checkStore(_ composition: Composition) {
        let directory = composition.configuration.stateDirectory
        do throws(Trouble) {
            let reader = try StoreReader(
                directory: directory,
                key: composition.stateKey.isEmpty ? nil : composition.stateKey)
            let damage = isOffline ? nil : try onStore { try reader.findDamage() }
            if let damage {
                let line = damage.split(separator: "\n").last.map(String.init) ?? damage
                throw .storeDamaged(directory, detail: line)
            }
            fine("kho trạng thái / state store: \(directory)/state.sqlite")
        } catch {
            switch error.code {
            // The daemon's start makes it, or brings it up.
            case "LT-4011": fine("kho trạng thái / state store: chưa có / none yet")
            case "LT-4012": fine("kho trạng thái / state store: sẽ nâng cấp / to be brought up")
            default: findings.append(.trouble(error))
            }
        }
    }

    private func checkSource(_ composition: Composition) {
        attempt { () throws(Trouble) in
            let source = try SourceOpening.open(composition)
            defer { source.disconnect() }
            try source.check()
            fine("cơ sở dữ liệu một cửa / one-stop database: \(composition.profile.name)")
            if try source.isShared() {
                fine(
                    "kết nối qua bộ gom kết nối, không được đánh thức, chỉ hỏi theo chu kỳ / "
                        + "through a connection pooler: not woken by changes, polled")
            }
            let feed = try source.inspectFeed(now: WallClock.system.now().wall)
            if let trouble = feed.trouble { throw trouble }
            fine("bảng theo dõi thay đổi / change feed: \(feed.text)")
        }
    }

    /// Logs in where the contract has a login; elsewhere the connection alone shows that the way is open,
    /// and nothing is sent.
    private func checkDestination(_ destination: Configuration.Destination) {
        let name = destination.id.rawValue
        attempt { () throws(Trouble) in
            guard destination.contract.needsSession else {
                let failure = try Reachability.connect(
                    destination.transfer, url: destination.account.baseURL)
                if let failure { throw .destinationUnreachable(name, detail: failure.detail) }
                return fine("kết nối / reachable: \(name)")
            }
            try judge(try login(destination), of: destination)
        }
    }

    private func login(_ destination: Configuration.Destination) throws(Trouble) -> HTTPCompletion {
        let bell = Doorbell()
        let transport = try TransferLoop(destination.transfer, ring: { bell.ring() })
        defer { transport.close() }
        var request = try destination.contract.request(
            .login, account: destination.account, session: nil, key: nil,
            now: WallClock.system.now(), nonce: SecureRandom.bytes(16))
        request.timeoutMilliseconds = min(request.timeoutMilliseconds, 15_000)
        transport.submit([HTTPExchange(token: 1, request: request)])
        while true {
            // Bounded by the request's time-out: every exchange ends in one completion.
            bell.wait(milliseconds: 1000)
            if let completion = transport.completions().first { return completion }
        }
    }

    private func judge(
        _ completion: HTTPCompletion, of destination: Configuration.Destination
    ) throws(Trouble) {
        let name = destination.id.rawValue
        if case .failure(let failure) = completion.result {
            throw .destinationUnreachable(name, detail: failure.detail)
        }
        let answer = destination.contract.answer(
            completion.result, to: .login, now: WallClock.system.now().wall)
        guard answer.outcome == .acknowledged, answer.session != nil else {
            throw .loginRefused(name, code: answer.code)
        }
        fine("kết nối và đăng nhập / reachable, logged in: \(name)")
    }
}

extension Trouble {
    static func clockUnset(_ now: String) -> Trouble {
        Trouble(
            "LT-1010", .systemError,
            vietnamese: "Đồng hồ máy chủ sai: \(now).",
            english: "The machine's clock is wrong: \(now).",
            fixVietnamese: "Bật đồng bộ giờ: timedatectl set-ntp true",
            fix: "Turn on time synchronisation: timedatectl set-ntp true")
    }

    static func stateDirectoryMissing(_ directory: String, reason: String) -> Trouble {
        Trouble(
            "LT-1011", .cannotCreate,
            vietnamese: "Không dùng được thư mục trạng thái \(directory): \(reason).",
            english: "The state directory \(directory) cannot be used: \(reason).",
            fixVietnamese: "Tạo thư mục, hoặc chạy dưới systemd (StateDirectory=lienthongd).",
            fix:
                "Make it, or run under systemd (StateDirectory=lienthongd): install -d -m 700 \(directory)"
        )
    }

    static func storeDamaged(_ directory: String, detail: String) -> Trouble {
        Trouble(
            "LT-1015", .dataError,
            vietnamese: "Kho trạng thái \(directory)/state.sqlite bị hỏng: \(detail).",
            english: "The state store \(directory)/state.sqlite is damaged: \(detail).",
            fixVietnamese:
                "Dừng dịch vụ, giữ nguyên thư mục để khôi phục, rồi phục hồi từ bản sao lưu.",
            fix: "Stop the service, keep the directory for recovery, then restore a backup.")
    }

    static func diskNearlyFull(_ directory: String, freeMiB: UInt64) -> Trouble {
        Trouble(
            "LT-1012", .findings,
            vietnamese: "Đĩa của \(directory) chỉ còn \(freeMiB) MiB.",
            english: "The disk of \(directory) has only \(freeMiB) MiB left.",
            fixVietnamese: "Giải phóng hoặc mở rộng đĩa; cần ít nhất 512 MiB.",
            fix: "Free some room or enlarge the disk; at least 512 MiB is wanted.")
    }

    static func destinationUnreachable(_ name: String, detail: String) -> Trouble {
        Trouble(
            "LT-1013", .noHost,
            vietnamese: "Không kết nối được đích “\(name)”: \(detail).",
            english: "The destination “\(name)” cannot be reached: \(detail).",
            fixVietnamese: "Kiểm tra destinations.\(name).url, tường lửa, proxy và chứng thư.",
            fix: "Check destinations.\(name).url, the firewall, the proxy and the certificates.")
    }

    static func loginRefused(_ name: String, code: String) -> Trouble {
        Trouble(
            "LT-1014", .noPermission,
            vietnamese: "Đích “\(name)” từ chối đăng nhập (mã \(code.isEmpty ? "?" : code)).",
            english:
                "The destination “\(name)” refuses the login (code \(code.isEmpty ? "?" : code)).",
            fixVietnamese: "Kiểm tra thông tin mật nêu ở destinations.\(name).secrets và mã tuyến.",
            fix: "Check the credentials named in destinations.\(name).secrets and the route code.")
    }
}
