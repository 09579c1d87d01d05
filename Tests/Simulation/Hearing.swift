internal import LienThong
internal import Operating
internal import Sandbox

/// What the daemon says about itself: nothing of a person, no secret; and something of everything that waits
/// for a person.
///
/// Unchecked: a world and everything in it live on one thread.
final class Hearing: @unchecked Sendable {
    private let secrets: [String]
    private let sites: [PortalSite]
    private(set) var broken: Broken?
    /// Destinations of which it was said that something is parked.
    private(set) var parkedAt: Set<String> = []
    /// When a warning was last heard of a destination as a whole (steady).
    private(set) var warnedAt: [String: Int64] = [:]

    init(citizens: [CaseMaker.Citizen], sites: [PortalSite]) {
        self.sites = sites
        secrets =
            citizens.map(\.number) + citizens.map(\.name) + ["sandbox-password", "sandbox-secret"]
    }

    func hears(_ event: Event) {
        if event.kind == .deliveryParked, let name = event.destination { parkedAt.insert(name) }
        let isOfAll: [Event.Kind] = [
            .breakerOpened, .breakerProbing, .sessionRefused, .throttled,
        ]
        if let site = sites.first(where: { $0.name == event.destination }),
            isOfAll.contains(event.kind)
        {
            warnedAt[site.name] = site.clock.steady
            // The trial of a destination that was away may begin with a login, whatever its session.
            if event.kind == .breakerProbing { site.meter.forgets() }
        }
        let words = [event.detail, event.answerCode].compactMap { $0 }.joined(separator: " ")
        // All that is secret is longer than an answer's code.
        guard words.utf8.count >= 8, broken == nil else { return }
        let sessions = sites.compactMap(\.meter.session)
        if (secrets + sessions).contains(where: words.contains) {
            broken = Broken(
                promise: "the log tells what is not for it: \(event.kind.rawValue)",
                code: event.dossier ?? "", destination: event.destination ?? "")
        }
    }
}
