internal import Wire

/// A daily time, in Asia/Ho_Chi_Minh, in which a destination is not to be called: `22:00-04:30`.
package struct MaintenanceWindow: Hashable, Sendable {
    /// Minutes after midnight; the end is not part of the window and may be on the next day.
    let start: Int
    let end: Int

    /// nil when the text is not two different times of day with a hyphen between them.
    package init?(_ text: String) {
        let sides = text.split(separator: "-", omittingEmptySubsequences: false)
        guard sides.count == 2, let start = MaintenanceWindow.minute(sides[0]),
            let end = MaintenanceWindow.minute(sides[1]), start != end, start < 1440
        else { return nil }
        self.start = start
        self.end = end % 1440
    }

    private static func minute(_ text: Substring) -> Int? {
        let trimmed = text.drop { $0 == " " }.prefix { $0 != " " }
        let parts = trimmed.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...2).contains(parts[0].count), parts[1].count == 2,
            let hour = Int(parts[0]), let minute = Int(parts[1]), (0...59).contains(minute),
            (0...23).contains(hour) || (hour == 24 && minute == 0)
        else { return nil }
        return hour * 60 + minute
    }

    /// Milliseconds until the window ends; nil outside of it.
    func remaining(at now: Timestamp) -> Int64? {
        let time = now.vietnam
        let minute = time.hour * 60 + time.minute
        let isInside =
            start < end ? (start..<end).contains(minute) : minute >= start || minute < end
        guard isInside else { return nil }
        let minutes = (end - minute + 1440) % 1440
        let passed = Int64(time.second) * 1000 + Int64(time.millisecond)
        return Int64(minutes == 0 ? 1440 : minutes) * 60_000 - passed
    }
}
