internal import Operating
internal import Wire

/// How a destination knows us: a closed set, for a new kind is code.
enum Authentication: Sendable {
    /// Network trust.
    case none
    /// A `login` call gives a session, which every other call carries in its body (contracts.md §2.2).
    case sessionInBody(lifetimeMilliseconds: Int64)
    /// A `login` call gives a token, which every other call carries as `Authorization: Bearer`
    /// (contracts.md §5.2).
    case bearer(lifetimeMilliseconds: Int64)
    /// A signed HTTP Basic header (contracts.md §4.2).
    case basicSignedSHA256(SignedBasic)

    /// nil when there is no login.
    var sessionLifetimeMilliseconds: Int64? {
        switch self {
        case .sessionInBody(let lifetime), .bearer(let lifetime): lifetime
        case .none, .basicSignedSHA256: nil
        }
    }
}

/// `Authorization: Basic base64(user ":" sha256hex(service_url + user + timestamp + secretKey))`, with the
/// same timestamp in a header of its own (contracts.md §4.2, [SC]).
struct SignedBasic: Sendable {
    var username: Template
    var secretKey: Template
    /// Fills to `milliseconds` or `seconds`: clients differ ([SC] milliseconds, [1S] seconds).
    var timestampUnit: Template
    var timestampHeader: String
    /// The URL that is signed, when it is not the one that is called (a gateway in between).
    var signedURL: Template

    func headers(url: String, _ filling: Filling) throws(Trouble) -> [HTTPHeader] {
        let user = try filling.text(username)
        let milliseconds = filling.now.wall.milliseconds
        let unit = try filling.text(timestampUnit)
        let timestamp: String
        switch unit {
        case "milliseconds": timestamp = String(milliseconds)
        case "seconds": timestamp = String(milliseconds / 1000)
        default: throw .timestampUnitUnknown(contract: filling.contract)
        }
        let given = try filling.text(signedURL)
        let hasher = SHA256()
        hasher.update(given.isEmpty ? url : given)
        hasher.update(user)
        hasher.update(timestamp)
        hasher.update(try filling.text(secretKey))
        let credentials = "\(user):\(hasher.finish().hex)"
        return [
            HTTPHeader("Authorization", "Basic " + Base64.encode(Array(credentials.utf8))),
            HTTPHeader(timestampHeader, timestamp),
        ]
    }
}
