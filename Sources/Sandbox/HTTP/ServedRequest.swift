/// A request as the sandbox received it, whole.
package struct ServedRequest: Sendable {
    package var method: String
    package var path: String
    /// Arguments behind `?` that some path of the sandbox knows.
    package var query: [String: String]
    package var headers: ServedHeaders
    package var body: [UInt8]
    /// Whether it came over TLS.
    package var isSecure: Bool

    package init(
        method: String = "POST", path: String, query: [String: String] = [:],
        headers: ServedHeaders = ServedHeaders(), body: [UInt8] = [], isSecure: Bool = false
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.isSecure = isSecure
    }
}

/// The headers that the national systems look at (contracts.md §2.2, §4.2), raw.
package struct ServedHeaders: Sendable {
    package var host: String?
    package var contentType: String?
    package var charset: String?
    /// `dstcode`: the adapter's route.
    package var destination: String?
    package var idempotencyKey: String?
    package var authorization: String?
    package var timestamp: String?
    package var soapAction: String?

    package init() {}

    init(_ find: (String) -> String?) {
        host = find("Host")
        contentType = find("Content-Type")
        charset = find("Charset")
        destination = find("dstcode")
        idempotencyKey = find("Idempotency-Key")
        authorization = find("Authorization")
        timestamp = find("Timestamp")
        soapAction = find("SOAPAction")
    }
}
