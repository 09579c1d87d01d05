/// A setting or a secret that a contract needs from the configuration, with words for the operator.
package struct ContractKey: Hashable, Sendable {
    package var name: String
    package var vietnamese: String
    package var english: String
    /// What holds when the configuration says nothing; nil when it must say something or may stay empty.
    package var defaultValue: String?
    package var isRequired: Bool

    package init(
        name: String, vietnamese: String, english: String, defaultValue: String? = nil,
        isRequired: Bool
    ) {
        self.name = name
        self.vietnamese = vietnamese
        self.english = english
        self.defaultValue = defaultValue
        self.isRequired = isRequired
    }
}
