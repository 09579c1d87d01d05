/// The sessions that logins opened, each with its end.
struct SessionRegister: Sendable {
    static let limit = 10_000
    private var ends: [String: Int64] = [:]
    private(set) var opened = 0

    /// Sessions that have not ended.
    func live(now: Int64) -> Int { ends.values.count { $0 > now } }

    mutating func open(seed: UInt64, now: Int64, seconds: Int) -> String {
        opened += 1
        if ends.count >= SessionRegister.limit {
            ends = ends.filter { $0.value > now }
            if ends.count >= SessionRegister.limit { ends = [:] }
        }
        // The moment is in it, so that a restarted sandbox does not know the sessions of its last life.
        let high = Chance.mix(seed &+ UInt64(opened))
        let low = Chance.mix(high ^ UInt64(bitPattern: now))
        let session = "S-" + String(high, radix: 36) + String(low, radix: 36)
        ends[session] = now + Int64(seconds) * 1000
        return session
    }

    func isValid(_ session: String, now: Int64) -> Bool { ends[session].map { $0 > now } ?? false }

    mutating func forget(_ session: String) { ends[session] = nil }
}
