internal import Foundation
package import Wire

/// The time zone in which a source writes its naive times.
///
/// Vietnam's zone is a fixed offset and costs an addition; any other zone asks Foundation's rules.
package struct SourceZone: Sendable {
    private enum Rules: Sendable {
        case fixed(milliseconds: Int64)
        case changing(TimeZone)
    }

    package let identifier: String
    private let rules: Rules

    /// Asia/Ho_Chi_Minh, +07:00 without a change since 1975.
    package static let vietnam = SourceZone(
        identifier: "Asia/Ho_Chi_Minh",
        rules: .fixed(milliseconds: Timestamp.vietnamOffsetMilliseconds))

    private init(identifier: String, rules: Rules) {
        self.identifier = identifier
        self.rules = rules
    }

    /// Any zone of the IANA database; nil when it knows none of that name.
    package init?(identifier: String) {
        switch identifier {
        case "Asia/Ho_Chi_Minh", "Asia/Saigon": self = .vietnam
        case "UTC", "Etc/UTC":
            self.init(identifier: identifier, rules: .fixed(milliseconds: 0))
        default:
            guard let zone = TimeZone(identifier: identifier) else { return nil }
            self.init(identifier: identifier, rules: .changing(zone))
        }
    }

    /// The instant of a civil time in this zone.
    ///
    /// Where clocks go back an hour occurs twice: the first is meant. Where they go forward an hour
    /// does not occur: the offset before the change is used, as clocks that nobody moved would show.
    package func timestamp(of time: CivilTime) -> Timestamp {
        let asUTC = time.millisecondsAsUTC
        switch rules {
        case .fixed(let offset): return Timestamp(milliseconds: asUTC - offset)
        case .changing(let zone):
            let day: Int64 = 86_400_000
            let before = SourceZone.offset(of: zone, at: asUTC - day)
            let after = SourceZone.offset(of: zone, at: asUTC + day)
            for candidate in [before, after]
            where SourceZone.offset(of: zone, at: asUTC - candidate) == candidate {
                return Timestamp(milliseconds: asUTC - candidate)
            }
            return Timestamp(milliseconds: asUTC - before)
        }
    }

    /// The civil time of an instant in this zone.
    package func civil(of timestamp: Timestamp) -> CivilTime {
        switch rules {
        case .fixed(let offset):
            CivilTime(millisecondsAsUTC: timestamp.milliseconds + offset)
        case .changing(let zone):
            CivilTime(
                millisecondsAsUTC: timestamp.milliseconds
                    + SourceZone.offset(of: zone, at: timestamp.milliseconds))
        }
    }

    private static func offset(of zone: TimeZone, at milliseconds: Int64) -> Int64 {
        let instant = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
        return Int64(zone.secondsFromGMT(for: instant)) * 1000
    }
}
