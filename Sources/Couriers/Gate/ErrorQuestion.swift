/// Whether errors have to do with how much is sent: asked by a smaller window, and answered by what that does.
///
/// Two measures decide, both of one size of the window. The share of errors: when it falls clearly, the errors
/// were ours. The rate of good answers, which is the window times the good ones over the time that all took
/// (Little's law, so that no clock has to be read): when it does not fall, the larger window was no use. When
/// the errors stay and good answers fall with the window, they come whatever we do; then the window goes
/// back to what it was, and a share like this is not asked about for a while, longer each time.
struct ErrorQuestion: Sendable {
    enum Advice: Hashable, Sendable {
        /// Nothing is known against a larger window.
        case goOn
        /// Something is being measured: as it is.
        case hold
        /// Smaller, to ask.
        case cut(to: Double)
        /// The answer: smaller is as good, or better.
        case keep(at: Double)
        /// The answer: smaller only cost.
        case back(to: Double)
    }

    /// A share below which errors are never asked about (BBR's figure).
    private static let negligible = 0.02
    /// Answers that a measurement needs.
    private static let sample = 96
    /// So many answers end it in any case.
    private static let patience = 240
    private static let heavy = 0.25
    private static let cut = 0.65
    /// Rounds in which a share that was asked about is not asked about again; doubled each time.
    private static let rounds = 64

    private struct Level {
        /// Answers to requests that were launched earlier belong to another size (microseconds).
        var start: Int64
        var good = 0
        var bad = 0
        var elapsed = 0.0
        var count: Int { good + bad }
        var share: Double { Double(bad) / Double(max(1, count)) }
        /// In good answers per microsecond.
        func goodput(_ window: Double) -> Double { window * Double(good) / max(1, elapsed) }
    }

    private var level = Level(start: .min)
    private var isSuspecting = false
    private var before: (window: Double, goodput: Double, share: Double)?
    private var tolerated = 0.0
    private var toleratedFor = 0
    private var answersInRow = 0

    var isAsking: Bool { before != nil }

    mutating func heard(isGood: Bool, after elapsed: Int64, launched: Int64) {
        guard launched >= level.start else { return }
        if isGood { level.good += 1 } else { level.bad += 1 }
        level.elapsed += Double(max(1, elapsed))
    }

    /// At the end of each round.
    ///
    /// - Parameters:
    ///   - isReached: whether the window was what held us back.
    ///   - now: in microseconds.
    mutating func decide(window: Double, isReached: Bool, least: Double, now: Int64) -> Advice {
        if toleratedFor > 0 {
            toleratedFor -= 1
            if toleratedFor == 0 { tolerated = 0 }
        }
        guard isReached else {
            let asked = before
            begin(now)
            isSuspecting = false
            before = nil
            return asked.map { .back(to: $0.window) } ?? .goOn
        }
        if let before { return answer(before, window: window, now: now) }
        let limit = max(ErrorQuestion.negligible, tolerated * 1.5 + ErrorQuestion.negligible)
        let isHeavy =
            level.count >= 8 && level.share >= max(ErrorQuestion.heavy, tolerated * 1.5)
        let isNews = level.bad >= 3 && level.share > limit
        let isMeasured = isSuspecting && level.count >= ErrorQuestion.sample
        guard isHeavy || isNews else {
            if isMeasured || level.count >= ErrorQuestion.sample {
                isSuspecting = false
                begin(now)
            }
            return isSuspecting ? .hold : .goOn
        }
        guard window > least, isHeavy || isMeasured else {
            if !isSuspecting {
                // Measured anew, at a size that stays.
                isSuspecting = true
                begin(now)
            }
            return .hold
        }
        before = (window, level.goodput(window), level.share)
        isSuspecting = false
        begin(now)
        return .cut(to: max(least, (window * ErrorQuestion.cut).rounded(.down)))
    }

    private mutating func answer(
        _ before: (window: Double, goodput: Double, share: Double), window: Double, now: Int64
    ) -> Advice {
        let expected = Double(level.count) * before.share
        let isEnough = level.count >= ErrorQuestion.sample && expected >= 4
        guard isEnough || level.count >= ErrorQuestion.patience else { return .hold }
        defer {
            self.before = nil
            begin(now)
        }
        if Double(level.bad) <= expected / 3, expected >= 2 {
            answersInRow = 0
            return .keep(at: ((window + before.window) / 2).rounded(.down))
        }
        let lost = 1 - level.goodput(window) / max(before.goodput, .leastNonzeroMagnitude)
        if lost < (1 - window / before.window) / 2 {
            answersInRow = 0
            return .keep(at: window)
        }
        tolerated = max(before.share, level.share)
        toleratedFor = ErrorQuestion.rounds << min(answersInRow, 4)
        answersInRow += 1
        return .back(to: before.window)
    }

    private mutating func begin(_ now: Int64) { level = Level(start: now) }

    /// After an outage: another time, another question.
    mutating func restart() {
        level = Level(start: .min)
        isSuspecting = false
        before = nil
    }
}
