internal import Operating

/// What may keep dossiers from being seen, asked of the source now and then.
struct SourceDoubts {
    private(set) var troubles: [Trouble] = []
    private(set) var next: Int64 = .min
    /// How many dossiers the walk at hand has listed; nil when it began before this daemon did.
    private var walked: Int64?
    /// How many the last whole walk or round has.
    private var found: Int64?

    /// A page of a walk over everything was listed.
    mutating func walked(_ count: Int, isFirst: Bool, isLast: Bool) {
        if isFirst { walked = 0 }
        walked = walked.map { $0 + Int64(count) }
        guard isLast, let walked else { return }
        found = walked
        next = .min
    }

    mutating func swept(_ count: Int64) {
        found = count
        next = .min
    }

    func isDue(_ now: Int64) -> Bool { now >= next }

    /// - Returns: those that are new.
    mutating func ask(
        _ source: any DossierSource, now: Int64, every period: Int64
    ) throws(Trouble) -> [Trouble] {
        next = now + period
        let before = troubles
        troubles = try source.doubts(found: found)
        return troubles.filter { trouble in !before.contains { $0.code == trouble.code } }
    }
}
