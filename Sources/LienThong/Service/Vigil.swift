internal import Operating
internal import Wire

/// The one rule by which the watchdog is fed: as long as everything that can proceed does proceed.
///
/// - A *loop* (writer, capture, transport) has to begin a turn within its patience, which is longer than any
///   call that it makes may take. A full disk, a source that is away or a destination that is down are
///   answered within a turn, so they never count against it.
/// - A *lane* (a destination) that has something to carry has to move something within its patience, unless
///   something explains that it does not: its breaker, its maintenance window, a pause that it asked for,
///   the end of the daemon, a store that cannot be written.
///
/// Whatever breaks the rule is told with its name and since when, before systemd ends the daemon for it.
struct Vigil {
    struct Loop {
        var name: String
        /// Milliseconds since its last turn began.
        var silence: Int64
        var patience: Int64
    }

    struct Lane {
        var name: String
        /// Grows with everything that moves.
        var moved: Int64
        var hasWork: Bool
        var isExcused: Bool
    }

    private struct Rest {
        var moved: Int64
        var since: Int64
    }

    /// When nobody has judged for so long, the machine slept or this very thread did not run: what others
    /// missed meanwhile is not held against them.
    private static let absence: Int64 = 10_000

    /// How long each lane may have work and not move, in milliseconds.
    let patience: [String: Int64]
    private var rests: [String: Rest] = [:]
    private var judgedAt: Int64?
    private var presentSince: Int64

    init(patience: [String: Int64], now: Int64) {
        self.patience = patience
        presentSince = now
    }

    /// Who does not proceed; nil when all do.
    mutating func judge(_ loops: [Loop], _ lanes: [Lane], now: Int64) -> Trouble? {
        if let judgedAt, now - judgedAt > Vigil.absence {
            presentSince = now
            rests = [:]
        }
        judgedAt = now
        for loop in loops where min(loop.silence, now - presentSince) > loop.patience {
            return .stalled(loop.name, seconds: loop.silence / 1000)
        }
        for lane in lanes {
            guard lane.hasWork, !lane.isExcused, let rest = rests[lane.name],
                rest.moved == lane.moved
            else {
                rests[lane.name] = Rest(moved: lane.moved, since: now)
                continue
            }
            if now - rest.since > patience[lane.name] ?? .max {
                return .stalled(lane.name, seconds: (now - rest.since) / 1000)
            }
        }
        return nil
    }
}

extension Trouble {
    static func stalled(_ name: String, seconds: Int64) -> Trouble {
        Trouble(
            "LT-6103", .software,
            vietnamese:
                "“\(name)” không tiến triển trong \(seconds) giây mà không có lý do. Dịch vụ ngừng báo sống cho systemd, để được khởi động lại.",
            english:
                "“\(name)” has not proceeded for \(seconds) s, and nothing explains it. systemd is no longer told that the daemon is well, so that it starts it again.",
            fixVietnamese:
                "Không mất gì. Nếu lặp lại, gửi nhật ký và kết quả “lienthongd status --json” cho nhóm phát triển.",
            fix:
                "Nothing is lost. When it comes back, send the log and “lienthongd status --json” to the developers."
        )
    }

    /// - Parameter cause: why the store cannot be written.
    static func stoppedUnwritten(_ cause: Trouble) -> Trouble {
        Trouble(
            "LT-6101", .temporaryFailure,
            vietnamese:
                "Dịch vụ dừng khi chưa ghi được kho trạng thái (\(cause.code)); câu trả lời của các yêu cầu đang gửi chưa được ghi.",
            english:
                "The daemon stops while the state store cannot be written (\(cause.code)); answers to what is under way are not recorded.",
            fixVietnamese:
                "Không mất gì: lần chạy sau sẽ hỏi lại hệ thống đích về các bản tin đó. \(cause.fixVietnamese)",
            fix:
                "Nothing is lost: the next run asks the destinations about them. \(cause.fix)")
    }
}
