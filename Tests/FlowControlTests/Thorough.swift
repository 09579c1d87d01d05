import Foundation
import Testing

/// How much of the flow is tried in virtual time.
///
/// These tests keep a core busy for minutes, and would starve tests beside them that wait for a real daemon. So
/// they have a run of their own: `LIENTHONG_FLOW=1 swift test --filter FlowControlTests`.
/// `LIENTHONG_FLOW=full` tries every combination.
enum Thorough {
    private static let asked = ProcessInfo.processInfo.environment["LIENTHONG_FLOW"]

    static let isWanted = asked != nil
    static let how: Comment =
        "takes minutes; run it with: LIENTHONG_FLOW=1 swift test --filter FlowControlTests"

    static func all<Element>(_ full: [Element], few: [Element]) -> [Element] {
        asked == "full" ? full : few
    }
}
