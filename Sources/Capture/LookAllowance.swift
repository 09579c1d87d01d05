/// How much of the source's time looks may take that somebody asked for.
///
/// With a feed a look costs what has changed. So it may follow another at once, as long as, over a second or
/// so, looks take no more than their share: what comes now and then is looked for without delay, and what comes
/// all the time is met in groups.
///
/// Each look is paid for with its length divided by the share, and what is not paid for yet may run ahead of the
/// clock by ``aheadMilliseconds`` (the field's name for this is the generic cell rate algorithm).
struct LookAllowance {
    /// How far payment may run ahead: with a share of a quarter, looks that never end may take a third of it
    /// in a row.
    private static let aheadMilliseconds: Int64 = 1_000

    /// When everything so far is paid for, on the steady clock.
    private var paidAt: Int64 = .min
    /// When the next look may begin.
    private(set) var nextAt: Int64 = .min

    /// - Parameters:
    ///   - share: 0…1; nil asks for the longest rest after every look.
    ///   - longestRest: milliseconds after which a look may follow in any case.
    mutating func looked(
        from began: Int64, to ended: Int64, share: Double?, longestRest: Int64
    ) {
        guard let share else {
            nextAt = ended + longestRest
            return
        }
        let price = Double(max(1, ended - began)) / share
        paidAt = max(paidAt, began) + Int64(price.rounded(.up))
        // However long a look took, the next may follow after the longest rest.
        paidAt = min(paidAt, ended + LookAllowance.aheadMilliseconds + longestRest)
        nextAt = max(ended, paidAt - LookAllowance.aheadMilliseconds)
    }
}
