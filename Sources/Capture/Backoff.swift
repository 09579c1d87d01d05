internal import Operating

/// When something that failed is tried again: a doubling wait up to a limit.
struct Backoff {
    private let first: Int64
    private let limit: Int64
    private var delay: Int64
    /// On the steady clock, in milliseconds.
    private(set) var retryAt: Int64 = .min
    /// Failures in a row.
    private(set) var failures = 0
    /// What the last of them was; nil after a success.
    private(set) var trouble: Trouble?

    init(first: Int64, limit: Int64) {
        self.first = first
        self.limit = limit
        delay = first
    }

    func allows(_ steady: Int64) -> Bool { steady >= retryAt }

    mutating func failed(_ trouble: Trouble, at steady: Int64) {
        failures += 1
        self.trouble = trouble
        retryAt = steady + delay
        delay = min(delay * 2, limit)
    }

    /// How many failures this success ends.
    mutating func succeeded() -> Int {
        let ended = failures
        failures = 0
        trouble = nil
        retryAt = .min
        delay = first
        return ended
    }
}
