/// Reads the value of a `Retry-After` header: a delay in seconds or an HTTP-date (RFC 9110 §10.2.3), the
/// date in the preferred form or in one of the two obsolete ones that §5.6.7 has every recipient accept.
package enum RetryAfter {
    /// Milliseconds to wait from `now`; nil when the value is none of the forms. A date in the past is 0.
    package static func milliseconds(_ value: String, now: Timestamp) -> Int64? {
        let parts = value.split(separator: " ").map(String.init)
        if parts.count == 1, parts[0].utf8.allSatisfy(isDigit), let seconds = Int64(parts[0]) {
            let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
            return overflow ? .max : product
        }
        guard let date = httpDate(parts, now: now) else { return nil }
        return max(0, date.milliseconds - now.milliseconds)
    }

    private static func httpDate(_ parts: [String], now: Timestamp) -> Timestamp? {
        // `Sun, 06 Nov 1994 08:49:37 GMT`
        if parts.count == 6, parts[5] == "GMT" {
            return date(year: number(parts[3]), month: parts[2], day: parts[1], clock: parts[4])
        }
        // `Sun Nov  6 08:49:37 1994`
        if parts.count == 5 {
            return date(year: number(parts[4]), month: parts[1], day: parts[2], clock: parts[3])
        }
        // `Sunday, 06-Nov-94 08:49:37 GMT`
        guard parts.count == 4, parts[3] == "GMT" else { return nil }
        let day = parts[1].split(separator: "-").map(String.init)
        guard day.count == 3, let short = number(day[2]), short < 100 else { return nil }
        // A year that seems more than fifty years ahead is the one a century before it.
        let thisYear = CivilTime(millisecondsAsUTC: now.milliseconds).year
        let year = thisYear - thisYear % 100 + short
        return date(
            year: year > thisYear + 50 ? year - 100 : year, month: day[1], day: day[0],
            clock: parts[2])
    }

    private static func date(year: Int?, month: String, day: String, clock: String) -> Timestamp? {
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        let time = clock.split(separator: ":").map { number(String($0)) }
        guard let year, let month = months.firstIndex(of: month), let day = number(day),
            time.count == 3, let hour = time[0], let minute = time[1], let second = time[2]
        else { return nil }
        let civil = CivilTime(
            year: year, month: month + 1, day: day, hour: hour, minute: minute, second: second)
        return civil.isPossible ? Timestamp(milliseconds: civil.millisecondsAsUTC) : nil
    }

    private static func number(_ text: String) -> Int? {
        text.utf8.allSatisfy(isDigit) ? Int(text) : nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
