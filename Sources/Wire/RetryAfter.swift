/// Reads the value of a `Retry-After` header in both of its forms (RFC 9110 §10.2.3): delay in seconds,
/// or an HTTP-date in its preferred form.
package enum RetryAfter {
    /// Milliseconds to wait from `now`; nil when the value is neither form. A date in the past is 0.
    package static func milliseconds(_ value: String, now: Timestamp) -> Int64? {
        let text = value.split(separator: " ").joined(separator: " ")
        if let seconds = Int64(text), seconds >= 0 {
            let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
            return overflow ? .max : product
        }
        guard let date = httpDate(text) else { return nil }
        return max(0, date.milliseconds - now.milliseconds)
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`.
    private static func httpDate(_ text: String) -> Timestamp? {
        let parts = text.split(separator: " ")
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        guard parts.count == 6, parts[5] == "GMT", let day = Int(parts[1]),
            let month = months.firstIndex(of: String(parts[2])), let year = Int(parts[3])
        else { return nil }
        let clock = parts[4].split(separator: ":").compactMap { Int($0) }
        guard clock.count == 3 else { return nil }
        let time = CivilTime(
            year: year, month: month + 1, day: day, hour: clock[0], minute: clock[1],
            second: clock[2])
        return time.isPossible ? Timestamp(milliseconds: time.millisecondsAsUTC) : nil
    }
}
