/// How a destination has answered lately: the one estimate that the pace of repeats and the release of what waits
/// go by.
struct Health: Sendable {
    /// Good answers in a row that show a destination to be well, whatever was before. Of a destination that fails
    /// three in ten of its requests one run in five thousand is as long.
    static let runThatShows = 24
    /// The share of failures below which nobody would say that it ails.
    private static let negligible = 0.02
    private static let weight = 0.05

    /// The share of failures among some twenty answers.
    private(set) var failing = 0.0
    /// Good answers since the last failure.
    private(set) var run = 0
    /// Good answers, ever.
    private(set) var goods: Int64 = 0
    /// Since when (steady) it is known to be well; nil while it is not, or nobody knows.
    private(set) var wellSince: Int64?

    var isWell: Bool { run >= Health.runThatShows || failing < Health.negligible }

    mutating func good(now: Int64) {
        run += 1
        goods += 1
        failing -= Health.weight * failing
        if isWell, wellSince == nil { wellSince = now }
    }

    mutating func failed() {
        run = 0
        failing += Health.weight * (1 - failing)
        if !isWell { wellSince = nil }
    }

    /// It was away, or nobody knows how it is.
    mutating func isUnknown() { wellSince = nil }
}
