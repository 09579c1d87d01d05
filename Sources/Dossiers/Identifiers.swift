/// A dossier's code (`MaHoSo`), its natural key everywhere: at most 50 characters, never rewritten
/// (contracts.md §12.1).
package struct DossierCode: RawRepresentable, Hashable, Comparable, Sendable {
    package var rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
    package init(_ rawValue: String) { self.rawValue = rawValue }
    package static func < (a: DossierCode, b: DossierCode) -> Bool { a.rawValue < b.rawValue }
}

/// The key of a dossier's row in its source, as the source profile names it. Positive.
package struct SourceKey: RawRepresentable, Hashable, Comparable, Sendable {
    package var rawValue: Int64
    package init(rawValue: Int64) { self.rawValue = rawValue }
    package init(_ rawValue: Int64) { self.rawValue = rawValue }
    package static func < (a: SourceKey, b: SourceKey) -> Bool { a.rawValue < b.rawValue }
}

/// The name of a destination in the configuration, such as `portal` or `population`.
package struct DestinationID: RawRepresentable, Hashable, Comparable, Sendable {
    package var rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
    package init(_ rawValue: String) { self.rawValue = rawValue }
    package static func < (a: DestinationID, b: DestinationID) -> Bool { a.rawValue < b.rawValue }
}

/// The record number of a delivery in the state store.
package struct DeliveryID: RawRepresentable, Hashable, Comparable, Sendable {
    package var rawValue: Int64
    package init(rawValue: Int64) { self.rawValue = rawValue }
    package init(_ rawValue: Int64) { self.rawValue = rawValue }
    package static func < (a: DeliveryID, b: DeliveryID) -> Bool { a.rawValue < b.rawValue }
}

/// What a delivery does at its destination. The numbers are what the state store keeps.
package enum Operation: Int, Hashable, Sendable, CaseIterable {
    /// The dossier's header with its lists: the latest wins, an older one may be superseded.
    case state = 1
    /// Progress steps: every one arrives, in order, never twice.
    case history = 2
    /// A question about a person, asked once per person and validity period.
    case verify = 3

    package var name: String {
        switch self {
        case .state: "state"
        case .history: "history"
        case .verify: "verify"
        }
    }
}
