internal import Dossiers
internal import Operating
internal import Wire

/// Whether the change feed has told everything so far.
///
/// Rows can change without a trigger of ours: a subscription applies them, a restore loads them, a session switches
/// triggers off. So what changed is also looked for by its time, now and then, and what is found that the feed should
/// have told ends the trust: from then on both are gone by, until the feed is installed anew or a whole sweep has
/// found nothing that it had not told.
struct FeedTrust {
    /// The generation that is not trusted; nil when there is none.
    private var blind: String?
    /// How many changes it has not told.
    private(set) var untold: Int64 = 0
    /// None has been found since the sweep's round began.
    private var isRoundClean = false
    private(set) var isUnrecorded = false

    /// The place from which changes are looked for by their time, and what the feed has told since.
    private var base: SourceMark?
    private var told: Set<SourceKey> = []
    /// What the last look was told: with it the base's own look begins, for what has committed while an older
    /// transaction was still open has a number behind the base.
    private var lastLook: Set<SourceKey>?
    /// More was told than is kept: nothing can be concluded until the next base.
    private var hasForgotten = false
    private var after: SourceKey?
    private var next: Int64 = .min
    private static let toldLimit = 100_000

    /// Reads ``text``; nil trusts.
    init(text: String?) {
        let parts = (text ?? "").split(separator: "|")
        guard parts.count == 2, let count = Int64(parts[1]), count > 0, count < 1 << 60 else {
            return
        }
        blind = String(parts[0])
        untold = count
    }

    /// What the state store keeps: `generation|untold`; nil when the feed is trusted.
    var text: String? { blind.map { "\($0)|\(untold)" } }

    mutating func recorded() { isUnrecorded = false }

    func isTrusted(_ feed: FeedMark?) -> Bool { blind == nil || blind != feed?.generation }

    /// What to say of the feed that is there.
    func trouble(_ feed: FeedMark?) -> Trouble? {
        guard let feed, !isTrusted(feed) else { return nil }
        return .feedBlind(untold)
    }

    /// The feed has named these to a look.
    ///
    /// - Parameter isFirst: they are the first of their look.
    mutating func heard(_ keys: [SourceKey], isFirst: Bool) {
        var last = isFirst ? [] : lastLook ?? []
        last.formUnion(keys.prefix(FeedTrust.toldLimit - min(last.count, FeedTrust.toldLimit)))
        lastLook = last
        guard base != nil, !hasForgotten else { return }
        told.formUnion(keys)
        if told.count > FeedTrust.toldLimit {
            told = []
            hasForgotten = true
        }
    }

    /// When the next round is due, on the steady clock; nil while there is nothing to compare with.
    var due: Int64? { lastLook == nil ? nil : next }

    func wasTold(_ key: SourceKey) -> Bool { hasForgotten || told.contains(key) }

    /// The mark since which changes are to be looked for by their time, and the last key of the last page; nil
    /// while it is not time.
    mutating func question(
        at poll: SourceMark, now: Int64, every period: Int64
    ) -> (since: SourceMark, after: SourceKey?)? {
        guard let lastLook, lastLook.count < FeedTrust.toldLimit else { return nil }
        guard let base, base.feed?.generation == poll.feed?.generation,
            base.identity == poll.identity
        else {
            begin(at: poll, next: now + period)
            return nil
        }
        guard now >= next else { return nil }
        return (base, after)
    }

    /// A page of what was asked for has been read.
    mutating func asked(upTo key: SourceKey?, isLast: Bool, poll: SourceMark, next: Int64) {
        after = key ?? after
        if isLast { begin(at: poll, next: next) }
    }

    private mutating func begin(at poll: SourceMark, next: Int64) {
        base = poll
        told = lastLook ?? []
        hasForgotten = false
        after = nil
        self.next = next
    }

    /// Changes were found that this feed should have told. Returns the event when that ends the trust.
    mutating func missed(_ keys: [SourceKey], by feed: FeedMark?) -> Event? {
        guard !keys.isEmpty, let feed else { return nil }
        // Found once more by the other way, it is the same change.
        told.formUnion(keys)
        isRoundClean = false
        isUnrecorded = true
        let isNew = blind != feed.generation
        untold = (isNew ? 0 : min(untold, 1 << 50)) + Int64(keys.count)
        blind = feed.generation
        guard isNew else { return nil }
        let trouble = Trouble.feedBlind(untold)
        return Event(
            .feedLost, .warning, errorCode: trouble.code,
            detail: trouble.english + " → " + trouble.fix)
    }

    /// A round of the sweep is over. Returns the event when that restores the trust.
    mutating func sweptAll(_ feed: FeedMark?) -> Event? {
        defer { isRoundClean = true }
        guard isRoundClean, let feed, !isTrusted(feed) else { return nil }
        blind = nil
        untold = 0
        isUnrecorded = true
        return Event(.feedUsed, .notice)
    }
}
