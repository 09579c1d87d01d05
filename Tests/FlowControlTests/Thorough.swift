import Foundation

/// Whether every combination is tried, which takes minutes, or the few that a change is likeliest to break:
/// `LIENTHONG_FLOW_FULL=1 swift test --filter FlowControlTests` tries them all.
enum Thorough {
    static let isAsked = ProcessInfo.processInfo.environment["LIENTHONG_FLOW_FULL"] != nil

    static func all<Element>(_ full: [Element], few: [Element]) -> [Element] {
        isAsked ? full : few
    }
}
