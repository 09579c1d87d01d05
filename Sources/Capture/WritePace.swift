/// How many rows of the office's one transaction of ours may change: as many as are changed within a moment, for
/// nobody else can change them until it ends.
struct WritePace {
    private(set) var size = 4

    /// Whoever waits for such a row waits less than twice this.
    static let moment = Duration.milliseconds(50)
    static let most = 64

    /// A transaction of ``size`` rows took this long.
    mutating func took(_ duration: Duration) {
        if duration > WritePace.moment {
            size = max(1, size / 2)
        } else if duration * 2 <= WritePace.moment {
            size = min(WritePace.most, size * 2)
        }
    }
}
