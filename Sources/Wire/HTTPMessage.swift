/// A name and a value, sent as they stand. The value may be a secret and is never printed.
package struct HTTPHeader: Hashable, Sendable, CustomStringConvertible {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    package var description: String { name }
}

/// A request as it will go out. Its body may carry a citizen's data, and its headers a secret:
/// neither is ever printed, so the type has no description of its own content.
package struct HTTPRequest: Sendable, CustomStringConvertible {
    package enum Method: String, Sendable { case get = "GET", post = "POST", put = "PUT" }

    package var method: Method
    /// Absolute URL, `http` or `https`.
    package var url: String
    package var headers: [HTTPHeader]
    package var body: [UInt8]
    /// The whole exchange ends within this many milliseconds, else it fails with ``HTTPFailure/timedOut``.
    package var timeoutMilliseconds: Int64

    package init(
        method: Method = .post, url: String, headers: [HTTPHeader] = [], body: [UInt8] = [],
        timeoutMilliseconds: Int64 = 30_000
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeoutMilliseconds = timeoutMilliseconds
    }

    package var description: String { "\(method.rawValue) (\(body.count) bytes)" }
}

/// What came back: a whole answer, whatever its status.
package struct HTTPResponse: Sendable, CustomStringConvertible {
    package var status: Int
    package var body: [UInt8]
    /// The raw value of `Retry-After`, when there was one.
    package var retryAfter: String?
    /// The raw value of `Content-Type`, when there was one.
    package var contentType: String?

    package init(status: Int, body: [UInt8], retryAfter: String? = nil, contentType: String? = nil)
    {
        self.status = status
        self.body = body
        self.retryAfter = retryAfter
        self.contentType = contentType
    }

    package var description: String { "HTTP \(status) (\(body.count) bytes)" }
}

/// Why there is no whole answer.
///
/// What matters is ``mayHaveArrived``: whether the destination can have seen the request and acted on it.
package struct HTTPFailure: Error, Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        /// The name does not resolve, the connection is refused, the proxy refuses.
        case unreachable
        /// TLS failed: certificate unknown, expired, for another host, or ours was refused.
        case insecure
        /// No whole answer within the time-out.
        case timedOut
        /// The connection ended before the answer did.
        case interrupted
        /// The answer is larger than the cap.
        case tooLarge
        /// The answer is not HTTP.
        case malformed
        /// The transport was closed while the exchange was under way.
        case cancelled
        /// The request itself cannot be sent (a URL that is none, a certificate file that cannot be read).
        case unsendable
    }

    package var kind: Kind
    /// False only when it is certain that no byte of the request was sent.
    package var mayHaveArrived: Bool
    /// libcurl's own words, which name hosts and files but never content.
    package var detail: String

    package init(kind: Kind, mayHaveArrived: Bool, detail: String) {
        self.kind = kind
        self.mayHaveArrived = mayHaveArrived
        self.detail = detail
    }
}

/// One request under way, named by a number that its sender chose.
package struct HTTPExchange: Sendable {
    package var token: UInt64
    package var request: HTTPRequest
    /// Which of the transport's ways to a destination (certificates, proxy, protocol) it takes.
    package var route: Int
    /// Nothing of an earlier session goes with it: a login.
    package var beginsSession = false

    package init(token: UInt64, request: HTTPRequest, route: Int = 0) {
        self.token = token
        self.request = request
        self.route = route
    }
}

/// The end of an exchange. Every submitted exchange ends in exactly one completion.
package struct HTTPCompletion: Sendable {
    package var token: UInt64
    package var result: Result<HTTPResponse, HTTPFailure>
    /// How long the exchange took on the wire, in microseconds.
    package var elapsedMicroseconds: Int64

    package init(
        token: UInt64, result: Result<HTTPResponse, HTTPFailure>, elapsedMicroseconds: Int64
    ) {
        self.token = token
        self.result = result
        self.elapsedMicroseconds = elapsedMicroseconds
    }
}

/// The transport seam: requests leave and completions come back in batches, never one by one,
/// because a hop between threads costs as much as a request.
package protocol HTTPTransport: AnyObject, Sendable {
    /// Starts the exchanges; returns at once.
    func submit(_ exchanges: [HTTPExchange])
    /// Everything that has ended since the last call, in order of ending.
    func completions() -> [HTTPCompletion]
}

// Reflection (a debugger's `po`, `dump`, a failed test) would go around the descriptions above.
extension HTTPHeader: CustomReflectable {
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension HTTPRequest: CustomReflectable {
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension HTTPResponse: CustomReflectable {
    package var customMirror: Mirror { Mirror(self, children: []) }
}
