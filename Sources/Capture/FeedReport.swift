package import Operating

/// What the daemon's own account finds of the feed.
package struct FeedReport: Sendable {
    package var state: FeedState
    /// Rows that wait to be read or removed, while the feed can be used; counting ends after ``countLimit``.
    package var rows: Int64

    package static let countLimit: Int64 = 1_000_000

    /// Why an installed feed cannot be used.
    package var trouble: Trouble? {
        if case .unfit(let fault) = state { .feedUnfit(fault) } else { nil }
    }
}
