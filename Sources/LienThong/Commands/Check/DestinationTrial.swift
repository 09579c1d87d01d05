internal import Contracts
internal import Curl
internal import Dossiers
internal import Execution
internal import Operating
internal import Wire

/// One call to a destination, for `lienthongd check`: a login, or a question about a person who does not exist.
struct DestinationTrial {
    enum Success { case loggedIn, answered, connected }

    private let destination: Configuration.Destination
    private static let timeout: Int64 = 15_000

    init(_ destination: Configuration.Destination) { self.destination = destination }

    /// - Throws: what the destination says to it.
    func run() throws(Trouble) -> Success {
        if destination.contract.needsSession {
            try judge(try send(.login), of: .login)
            return .loggedIn
        }
        guard let question = DestinationTrial.question(destination.contract) else {
            return .connected
        }
        try judge(try send(question), of: question)
        return .answered
    }

    /// About nobody: identity numbers of citizens do not begin with 000.
    private static func question(_ contract: Contract) -> Call? {
        guard contract.supports.contains(.verify) else { return nil }
        let nobody = Person(
            identity: Identity(kind: .personal, number: "000000000000"), name: "KIEM TRA KET NOI",
            birth: .year(1900))
        guard case .ready(let rendered, _) = contract.renderPerson(nobody) else { return nil }
        return .verify(body: rendered.bytes)
    }

    private func send(_ call: Call) throws(Trouble) -> HTTPCompletion {
        let bell = Doorbell()
        let transport = try TransferLoop(destination.transfer, ring: { bell.ring() })
        defer { transport.close() }
        var request = try destination.contract.request(
            call, account: destination.account, session: nil, key: nil,
            now: WallClock.system.now(), nonce: SecureRandom.bytes(16))
        request.timeoutMilliseconds = min(request.timeoutMilliseconds, DestinationTrial.timeout)
        transport.submit([HTTPExchange(token: 1, request: request)])
        while true {
            // Bounded by the request's time-out: every exchange ends in one completion.
            bell.wait(milliseconds: 1000)
            if let completion = transport.completions().first { return completion }
        }
    }

    private func judge(_ completion: HTTPCompletion, of call: Call) throws(Trouble) {
        let name = destination.id.rawValue
        switch completion.result {
        case .failure(let failure):
            throw .destinationUnreachable(name, detail: failure.detail)
        case .success(let response):
            let answer = destination.contract.answer(
                completion.result, to: call, now: WallClock.system.now().wall)
            switch answer.outcome {
            case .acknowledged where call.kind != .login || answer.session != nil: return
            // The question about nobody may be refused as such; who asked it was accepted.
            case .rejected where call.kind != .login: return
            default: break
            }
            if let strange = StrangeAnswer(response, isXML: call.kind != .login) {
                throw .loginUnanswered(name, detail: strange.words)
            }
            throw .loginRefused(name, code: answer.code)
        }
    }
}

/// An answer that no credential can be blamed for: the server is not well, or it is another one.
struct StrangeAnswer {
    /// Status, type and length, never the text.
    let words: String

    /// nil for an answer that is one of the destination's own.
    init?(_ response: HTTPResponse, isXML: Bool) {
        let first = response.body.first { $0 > 0x20 }
        let isOurs = first == (isXML ? UInt8(ascii: "<") : UInt8(ascii: "{")) && !isPage(response)
        let isWell = response.status < 500 && response.status != 404 && response.status != 429
        // A SOAP fault comes with 500, and says what it is about.
        guard !isOurs || (!isWell && !(isXML && response.status == 500)) else { return nil }
        // A bare 401 or 403 is an answer to who we are.
        guard response.status != 401, response.status != 403 else { return nil }
        let type = response.contentType.map { ", \($0)" } ?? ""
        words = "HTTP \(response.status)\(type), \(response.body.count) bytes"
    }
}

/// A page for people.
private func isPage(_ response: HTTPResponse) -> Bool {
    let head = String(decoding: response.body.prefix(200), as: UTF8.self).lowercased()
    return response.contentType?.lowercased().contains("html") == true || head.contains("<html")
        || head.contains("<!doctype html")
}
