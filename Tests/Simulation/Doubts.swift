/// Whether the daemon asks without a reason: each question about a dossier needs one.
///
/// Reasons are: nobody was ever asked about it; something that was sent about it was not answered well, or the
/// answer may have been lost with a process or with the store. A question uses a reason up.
struct Doubts {
    private var reasons: [String: Int] = [:]
    private var underWay: [String: Int] = [:]
    private var heardAt: [String: Int64] = [:]
    /// Answers that came this shortly before a process died may not have been written down.
    private static let unsaved: Int64 = 5_000

    /// A request about a dossier leaves; false when it is a question without a reason.
    mutating func leaves(_ code: String, isQuestion: Bool) -> Bool {
        underWay[code, default: 0] += 1
        guard isQuestion else { return true }
        reasons[code, default: 1] -= 1
        return reasons[code, default: 0] >= 0
    }

    mutating func ends(_ code: String, isGood: Bool, now: Int64) {
        underWay[code, default: 1] -= 1
        heardAt[code] = now
        if !isGood { reasons[code, default: 1] += 1 }
    }

    /// A store says that something may have left for it.
    mutating func isInDoubt(_ code: String) { reasons[code, default: 1] += 1 }

    /// A process begins after another one that died or stopped.
    mutating func starts(diedAt: Int64) {
        for (code, count) in underWay where count > 0 { reasons[code, default: 1] += count }
        underWay = [:]
        for (code, at) in heardAt where at >= diedAt - Doubts.unsaved {
            reasons[code, default: 1] += 1
        }
    }

    /// The store is lost or an older one: everybody is asked about anew.
    mutating func forgets() {
        for code in Set(reasons.keys).union(heardAt.keys) {
            reasons[code] = max(0, reasons[code, default: 1]) + 2
        }
    }
}

/// Whether a person is asked about again although the answer was heard.
struct PersonsAsked {
    private var answeredAt: [String: Int64] = [:]

    /// The number; nil when the request is about nobody.
    static func number(_ body: [UInt8]) -> String? {
        let text = String(decoding: body, as: UTF8.self)
        guard let number = text.firstRange(of: "SoDinhDanh>") else { return nil }
        let digits = text[number.upperBound...].prefix { $0.isNumber }
        return digits.isEmpty ? nil : String(digits)
    }

    func wasAnswered(_ number: String) -> Bool { answeredAt[number] != nil }

    /// A "no" is followed by a second question, about what differs; only then everything is known.
    mutating func hears(_ answer: [UInt8], about number: String, now: Int64) {
        let text = String(decoding: answer, as: UTF8.self)
        let isOver =
            text.contains("TonTai>true") || text.contains("TraCuuThongTinCongDanResponse>")
        if isOver { answeredAt[number] = now }
    }

    /// What was heard just before a process died may not have been written down.
    mutating func starts(diedAt: Int64) {
        answeredAt = answeredAt.filter { $0.value < diedAt - 5_000 }
    }

    mutating func forgets() { answeredAt = [:] }
}
