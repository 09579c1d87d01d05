internal import Operating
internal import Outbox

/// What the reader knows of the feed: whether it is used, how far it was recorded, when it is trimmed.
struct FeedWatch {
    private(set) var state: FeedState?
    /// Why the feed is not used or not trimmed; nil when there is none or all is well.
    private(set) var trouble: Trouble?
    /// How far the feed was read by what is on disk: rows before it may be forgotten.
    var recorded: FeedMark?
    /// How far each batch on its way to the disk brings it, oldest first.
    private var underWay: [FeedMark?] = []
    /// How far it was trimmed.
    private(set) var trimmed: FeedMark?
    private(set) var nextTrim: Int64 = .min
    /// An operator has removed the feed, and its absence is as it should be.
    private var isDismissed = false

    /// `feed` or `overlap`; nil before the first look.
    var net: String? {
        switch state {
        case .ready: "feed"
        case .absent, .unfit: "overlap"
        case nil: nil
        }
    }

    /// Takes what a mark found; what to say when that is another net than before.
    ///
    /// - Parameter hadFeed: the last mark was one of a feed, perhaps of an earlier run's.
    mutating func sees(_ found: FeedState, hadFeed: Bool) -> Event? {
        let before = state
        state = found
        switch found {
        case .ready(let mark):
            isDismissed = false
            let isNew = before?.mark?.generation != mark.generation
            guard isNew else { return nil }
            trouble = nil
            nextTrim = .min
            return Event(.feedUsed, .notice)
        case .absent:
            if isDismissed || before?.isOrphaned == true {
                trouble = nil
            } else if hadFeed || (before != nil && before != .absent) {
                trouble = .feedLost
            }
            guard before != found, trouble != nil else { return nil }
        case .unfit(let fault):
            guard before != found else { return nil }
            trouble = .feedUnfit(fault)
        }
        // Somebody at a counter is kept from his work.
        let isUrgent = found == .unfit(.orphaned(.failing))
        return trouble.map {
            Event(
                .feedLost, isUrgent ? .error : .warning, errorCode: $0.code,
                detail: $0.english + " → " + $0.fix)
        }
    }

    /// The feed is gone because an operator removed it.
    mutating func dismissed() {
        isDismissed = true
        if state == .absent { trouble = nil }
    }

    /// A batch goes to the disk.
    mutating func handed(_ batch: CaptureBatch) {
        let move = batch.cursors.first { $0.name == CursorName.poll }
        underWay.append(move?.value.flatMap { SourceMark(text: $0) }?.feed)
    }

    /// The oldest batch is on the disk.
    mutating func batchRecorded() {
        guard !underWay.isEmpty else { return }
        if let mark = underWay.removeFirst() { recorded = mark }
    }

    /// What can be trimmed of the feed that is there: everything before this; nil for nothing.
    var trimmable: Int64? {
        guard case .ready(let now) = state, let recorded,
            recorded.generation == now.generation, recorded != trimmed
        else { return nil }
        return recorded.position
    }

    mutating func trimmedAll(upTo mark: FeedMark?, at next: Int64) {
        trimmed = mark
        nextTrim = next
    }

    mutating func wait(until next: Int64) { nextTrim = next }

    /// The feed has so many rows; too many are told. Returns an event the first time.
    mutating func has(_ rows: Int64, limit: Int64) -> Event? {
        guard rows > limit else {
            if trouble?.code == Trouble.feedGrowsCode { trouble = nil }
            return nil
        }
        let isNew = trouble?.code != Trouble.feedGrowsCode
        let grows = Trouble.feedGrows(rows)
        trouble = grows
        guard isNew else { return nil }
        return Event(
            .feedGrows, .warning, errorCode: grows.code, detail: grows.english + " → " + grows.fix,
            numbers: [Event.Number("rows", rows)])
    }
}
