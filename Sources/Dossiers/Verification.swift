/// What the population database says of a person as submitted.
package enum Verification: Hashable, Sendable {
    /// Elements that can differ.
    package enum Element: String, Hashable, Sendable, CaseIterable {
        case identityNumber, name, birth
    }
    case matched
    case mismatched(Set<Element>)
    case notFound
    /// The database could not be asked within the policy; asked again later.
    case unavailable

    package var name: String {
        switch self {
        case .matched: "matched"
        case .mismatched: "mismatched"
        case .notFound: "notFound"
        case .unavailable: "unavailable"
        }
    }
}
