/// Remembers `Idempotency-Key`s and the answers that went with them (IETF draft-07).
///
/// A key is used up only by a call that took effect: after a refusal, an expired session or an "exists"
/// the same delivery may come again under its key, corrected. The session and `isUpdating` are not part
/// of what must be equal, for neither is content.
struct KeyRegister: Sendable {
    enum Finding: Equatable {
        case fresh
        /// The answer to the first call, as it was.
        case known(answer: [UInt8])
        /// The key stands for other content.
        case conflict
        /// The first call has not been answered yet.
        case inProgress
    }

    private struct Entry {
        var body: UInt64
        var answer: Int32
        /// Until then the first call is under way; steady milliseconds.
        var busyUntil: Int64
        var usedAt: Int64
    }

    /// Most keys that are kept; beyond, the oldest is forgotten.
    let limit: Int
    private var entries: [UInt64: Entry] = [:]
    /// Keys by age, as a ring.
    private var ages: [UInt64] = []
    private var oldest = 0
    /// Few answers differ, so each is kept once.
    private var answers: [[UInt8]] = []
    private var answerPlaces: [[UInt8]: Int32] = [:]

    init(limit: Int) { self.limit = limit }

    var count: Int { entries.count }

    /// - Parameter lifetime: milliseconds after which a key is forgotten; nil for never.
    mutating func find(_ key: UInt64, body: UInt64, now: Int64, lifetime: Int64?) -> Finding {
        guard let entry = entries[key] else { return .fresh }
        if let lifetime, now - entry.usedAt >= lifetime {
            entries[key] = nil
            return .fresh
        }
        if entry.body != body { return .conflict }
        if now < entry.busyUntil { return .inProgress }
        return .known(answer: answers[Int(entry.answer)])
    }

    mutating func store(_ key: UInt64, body: UInt64, answer: [UInt8], now: Int64, busyUntil: Int64)
    {
        if entries[key] == nil { remember(key) }
        entries[key] = Entry(
            body: body, answer: place(of: answer), busyUntil: busyUntil, usedAt: now)
    }

    private mutating func remember(_ key: UInt64) {
        if ages.count < limit {
            ages.append(key)
        } else {
            entries[ages[oldest]] = nil
            ages[oldest] = key
            oldest = (oldest + 1) % limit
        }
    }

    private mutating func place(of answer: [UInt8]) -> Int32 {
        if let place = answerPlaces[answer] { return place }
        answers.append(answer)
        let place = Int32(answers.count - 1)
        // Answers that list items differ from call to call; only the common ones are looked up again.
        if answerPlaces.count < 256 { answerPlaces[answer] = place }
        return place
    }

    /// The key in a header: a quoted structured-field string; nil when it is none.
    static func parse(_ header: String) -> UInt64? {
        let bytes = Array(header.utf8)
        guard bytes.count >= 3, bytes.count <= 257, bytes.first == UInt8(ascii: "\""),
            bytes.last == UInt8(ascii: "\"")
        else { return nil }
        let inner = bytes.dropFirst().dropLast()
        guard
            inner.allSatisfy({
                $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
            })
        else { return nil }
        return Hash64.of(inner)
    }
}
