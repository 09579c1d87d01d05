/// What a contract needs to reach its destination for one province: where, as whom, with which secrets.
///
/// Comes from the configuration and the credentials; the contract says which keys it needs.
package struct Account: Sendable {
    /// Base address, such as `https://adapter.example`, without a trailing slash.
    package var baseURL: String
    /// Values that the contract names under `settings` (unit code, route code, service code, officer…).
    package var settings: [String: String]
    /// Values that the contract names under `secrets` (user name, password, key).
    package var secrets: [String: Secret]

    package init(baseURL: String, settings: [String: String], secrets: [String: Secret]) {
        self.baseURL = baseURL
        self.settings = settings
        self.secrets = secrets
    }
}

/// A secret: readable where it is used, invisible where it is printed.
package struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    package var value: String
    package init(_ value: String) { self.value = value }
    package var description: String { "•••" }
    package var debugDescription: String { "•••" }
}
