/// A steady moment that can be written down: it means something until the machine starts anew.
package struct Uptime: Hashable, Sendable {
    /// ``Moment/steady``.
    package var milliseconds: Int64
    /// ``WallClock/boot``.
    package var boot: String

    package init(milliseconds: Int64, boot: String) {
        self.milliseconds = milliseconds
        self.boot = boot
    }

    /// Milliseconds from an earlier one to this one; nil when the machine started in between.
    package func elapsed(since earlier: Uptime) -> Int64? {
        boot == earlier.boot && milliseconds >= earlier.milliseconds
            ? milliseconds - earlier.milliseconds : nil
    }

    /// `milliseconds/boot`.
    package var text: String { "\(milliseconds)/\(boot)" }

    /// Some 36 million years: two of them can be subtracted, whatever a damaged file says.
    private static let largest: Int64 = 1 << 60

    /// Reads ``text``; nil for anything else.
    package init?(text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let milliseconds = Int64(parts[0]),
            (-Uptime.largest...Uptime.largest).contains(milliseconds)
        else { return nil }
        self.init(milliseconds: milliseconds, boot: String(parts[1]))
    }
}
