import Foundation
import Testing

/// How much of the flow is tried in virtual time.
///
/// These tests keep a core busy, and would starve tests beside them that wait for a real daemon. So they have a
/// run of their own: `LIENTHONG_FLOW=1 swift test --filter FlowControlTests`, which tries each promise once on a
/// small portal. `LIENTHONG_FLOW=full` tries every combination at the size that the handbook's figures are from.
enum Thorough {
    private static let asked = ProcessInfo.processInfo.environment["LIENTHONG_FLOW"]

    static let isWanted = asked != nil
    static let isFull = asked == "full"
    /// Where the handbook's picture is written; nil for nowhere.
    static let picture = ProcessInfo.processInfo.environment["LIENTHONG_FLOW_PICTURE"]
    static let draws = isFull || picture != nil
    static let how: Comment =
        "needs a core of its own; run it with: LIENTHONG_FLOW=1 swift test --filter FlowControlTests"

    static func all<Element>(_ full: [Element], few: [Element]) -> [Element] {
        isFull ? full : few
    }

    /// The size of a portal or of a backlog.
    static func size<Number>(_ full: Number, small: Number) -> Number { isFull ? full : small }
}
