/// When the writer, with nothing to do, gives back the memory of its last work: once for each rest, and not
/// between two changes that follow each other.
struct WriterRest {
    /// Milliseconds without work before it is a rest.
    static let patience: Int64 = 500

    private var workedAt: Int64
    private var isResting = false

    init(openedAt: Int64) { workedAt = openedAt }

    /// There was something to do at this moment, on the steady clock.
    mutating func worked(now: Int64) {
        workedAt = now
        isResting = false
    }

    /// True exactly once for each rest: when it begins.
    mutating func begins(now: Int64) -> Bool {
        guard wake(now: now) == 0 else { return false }
        isResting = true
        return true
    }

    /// Milliseconds until a rest may begin; `.max` while it lasts.
    func wake(now: Int64) -> Int64 {
        isResting ? .max : max(0, workedAt + WriterRest.patience - now)
    }
}
