/// When something that failed is tried again: a doubling wait up to a limit.
struct Backoff {
    private let first: Int64
    private let limit: Int64
    private var delay: Int64
    /// On the steady clock, in milliseconds.
    private(set) var retryAt: Int64 = .min
    /// Failures in a row.
    private(set) var failures = 0
    private(set) var errorCode: String?

    init(first: Int64, limit: Int64) {
        self.first = first
        self.limit = limit
        delay = first
    }

    func allows(_ steady: Int64) -> Bool { steady >= retryAt }

    mutating func failed(_ code: String, at steady: Int64) {
        failures += 1
        errorCode = code
        retryAt = steady + delay
        delay = min(delay * 2, limit)
    }

    /// How many failures this success ends.
    mutating func succeeded() -> Int {
        let ended = failures
        failures = 0
        errorCode = nil
        retryAt = .min
        delay = first
        return ended
    }
}
