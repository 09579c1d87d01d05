package import Dossiers
internal import Outbox

/// What would become of a few dossiers under the configuration at hand: normalized and rendered as the daemon
/// does it, nothing recorded.
package struct SampleReport {
    /// Why dossiers are held; never a citizen's data.
    package struct Group: Hashable, Sendable {
        package var code: String
        package var rule: String
        package var field: String
        /// The office's own word that has no mapping.
        package var unmapped: String?
        package var count: Int
        /// The code of one of them.
        package var example: String
    }

    package private(set) var dossiers = 0
    package private(set) var sendable = 0
    /// The most frequent first.
    package private(set) var groups: [Group] = []

    package init(_ sample: [SourceDossier], _ renderer: DossierRenderer) {
        struct Key: Hashable { var rule: Hold.Rule, field: String, unmapped: String? }
        var found: [Key: Group] = [:]
        for dossier in sample {
            dossiers += 1
            let captured = renderer.captured(dossier)
            guard case .held(let hold) = captured.content else {
                sendable += 1
                continue
            }
            let key = Key(rule: hold.rule, field: hold.field, unmapped: hold.unmapped)
            found[
                key,
                default: Group(
                    code: hold.rule.code, rule: hold.rule.rawValue, field: hold.field,
                    unmapped: hold.unmapped, count: 0, example: captured.code.rawValue)
            ].count += 1
        }
        groups = found.values.sorted { ($1.count, $0.example) < ($0.count, $1.example) }
    }
}
