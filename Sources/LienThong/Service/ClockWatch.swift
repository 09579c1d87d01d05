internal import Operating
internal import Wire

/// Notices that the wall clock has jumped, by the steady clock beside it, and keeps what is to be done about
/// it until it is done.
struct ClockWatch {
    /// Steps of the time service below this are no matter to anything that waits.
    static let tolerance: Int64 = 2_000

    private var last: Moment
    /// How far the clock has jumped and the store does not know yet, in milliseconds.
    private(set) var delta: Int64?
    /// Whether the transaction under way, once it is durable, has done it all.
    private var isDone = false

    /// - Parameter opened: when the store was opened, which mends what a clock did before that.
    init(since opened: Moment) { last = opened }

    /// The jump since the last look in milliseconds, positive when forward; nil for none.
    mutating func look(_ now: Moment) -> Int64? {
        defer { last = now }
        let jump =
            (now.wall.milliseconds - last.wall.milliseconds) - (now.steady - last.steady)
        guard abs(jump) > ClockWatch.tolerance else { return nil }
        let total = (delta ?? 0) + jump
        delta = abs(total) > ClockWatch.tolerance ? total : nil
        return jump
    }

    mutating func moved(_ isDone: Bool) { self.isDone = isDone }

    /// The transaction is durable.
    mutating func applied() {
        if isDone { delta = nil }
        isDone = false
    }
}

extension Trouble {
    static let clockJumped = Trouble(
        "LT-6102", .temporaryFailure,
        vietnamese:
            "Đồng hồ hệ thống vừa nhảy. Việc đang hẹn giờ giữ nguyên thời gian chờ, không gửi dồn và không bị treo.",
        english:
            "The system's clock has jumped. What waits keeps its wait: nothing stalls and nothing storms.",
        fixVietnamese: "Kiểm tra đồng bộ thời gian: timedatectl, chronyc tracking.",
        fix: "Check the time synchronisation: timedatectl, chronyc tracking.")
}
