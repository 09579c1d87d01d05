/// What a virtual portal counted.
package struct VirtualTally {
    package private(set) var requests = 0
    package private(set) var logins = 0
    package private(set) var kinds: [VirtualPortal.Request.Kind: Int] = [:]
    /// Answered by a server.
    package internal(set) var served = 0
    package private(set) var rejections = 0
    /// When each request came, in microseconds; the logins' times once more.
    package private(set) var times: [Int64] = []
    package private(set) var loginTimes: [Int64] = []
    package private(set) var rejectionTimes: [Int64] = []
    /// Microseconds in the queue: the sum, the number, the longest.
    package private(set) var waiting: (sum: Int64, count: Int, longest: Int64) = (0, 0, 0)

    mutating func count(_ kind: VirtualPortal.Request.Kind, at now: Int64) {
        requests += 1
        kinds[kind, default: 0] += 1
        times.append(now)
        if kind == .login {
            logins += 1
            loginTimes.append(now)
        }
    }

    mutating func rejected(at now: Int64) {
        rejections += 1
        rejectionTimes.append(now)
    }

    mutating func waited(_ time: Int64) {
        waiting = (waiting.sum + time, waiting.count + 1, max(waiting.longest, time))
    }

    /// Requests between two moments, in microseconds; the second is excluded.
    package func requests(from start: Int64, to end: Int64 = .max) -> Int {
        VirtualTally.count(times, from: start, to: end)
    }

    package func rejections(from start: Int64, to end: Int64 = .max) -> Int {
        VirtualTally.count(rejectionTimes, from: start, to: end)
    }

    private static func count(_ times: [Int64], from start: Int64, to end: Int64) -> Int {
        times.count { $0 >= start && $0 < end }
    }
}
