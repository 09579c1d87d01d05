internal import Curl
internal import Execution
internal import Operating
internal import Wire

/// Talks to the sandbox's control endpoints, one request after another.
final class SandboxClient {
    private let base: String
    private let bell: Doorbell
    private let transport: TransferLoop
    private var token: UInt64 = 0

    init(base: String) throws(Trouble) {
        self.base = base
        let bell = Doorbell()
        self.bell = bell
        var settings = TransferSettings()
        settings.allowPlainHTTP = true
        transport = try TransferLoop(settings, ring: { bell.ring() })
    }

    func close() { transport.close() }

    func get(_ path: String) throws(Trouble) -> JSONValue {
        try exchange(HTTPRequest(method: .get, url: base + path, timeoutMilliseconds: 5000))
    }

    @discardableResult
    func put(_ path: String, _ body: [UInt8]) throws(Trouble) -> JSONValue {
        try exchange(
            HTTPRequest(
                method: .put, url: base + path,
                headers: [HTTPHeader("Content-Type", "application/json")],
                body: body, timeoutMilliseconds: 5000))
    }

    private func exchange(_ request: HTTPRequest) throws(Trouble) -> JSONValue {
        token += 1
        transport.submit([HTTPExchange(token: token, request: request)])
        // Bounded by the request's own time-out: every exchange ends in exactly one completion.
        while true {
            bell.wait(milliseconds: 1000)
            guard let completion = transport.completions().first(where: { $0.token == token })
            else {
                continue
            }
            switch completion.result {
            case .failure(let failure): throw .demoPortalSilent(failure.detail)
            case .success(let response):
                guard response.status / 100 == 2 else {
                    throw .demoPortalSilent("HTTP \(response.status)")
                }
                guard !response.body.isEmpty else { return .null }
                do {
                    return try JSONValue(parsing: response.body)
                } catch {
                    throw .demoPortalSilent("not JSON at byte \(error.offset)")
                }
            }
        }
    }
}
