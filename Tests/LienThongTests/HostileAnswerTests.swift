import Contracts
import Curl
import Dossiers
import Execution
import Outbox
import TestSupport
import Testing
import Wire

/// What each malice of a server comes to, call by call: never a success, never "it is not there".
@Suite("A hostile answer", .inTurns, .timeLimit(.minutes(5))) struct HostileAnswerTests {
    /// What a malice is taken for on the wire, and what it means for a write.
    private struct Meaning {
        /// nil when an HTTP answer came.
        var failure: HTTPFailure.Kind?
        var write: Outcome
        /// Sending a header once more does no harm, so that an update is tried again where an answer came.
        var update: Outcome
    }

    private func meaning(of malice: HostileServer.Malice) -> Meaning {
        switch malice {
        case .silence, .drip: Meaning(failure: .timedOut, write: .unknown, update: .unknown)
        case .endlessChunks, .brotliBomb:
            Meaning(failure: .tooLarge, write: .unknown, update: .unknown)
        // libcurl gives up on the connection at 300 kB of headers.
        case .endlessHeaders, .interimStorm, .shortBody, .hangUp:
            Meaning(failure: .interrupted, write: .unknown, update: .unknown)
        case .noProtocol: Meaning(failure: .malformed, write: .unknown, update: .unknown)
        // A road that leads elsewhere is the operator's business, and nothing was done there.
        case .redirectToFile, .redirectElsewhere:
            Meaning(failure: nil, write: .refused, update: .refused)
        // Text that is not UTF-8 is read as far as it goes, and says nothing.
        case .noUTF8: Meaning(failure: nil, write: .unknown, update: .unknown)
        case .page, .deepJSON, .entityBomb:
            Meaning(failure: nil, write: .unknown, update: .retry(afterMilliseconds: nil))
        }
    }

    @Test(
        "leaves a write in doubt or refuses us, and opens no session",
        arguments: HostileServer.Malice.allCases)
    func outcome(_ malice: HostileServer.Malice) throws {
        let contract = try Contract.load(path: "\(Program.config)/contracts/dvcqg-adapter.json5")
        let server = try HostileServer(malice, elsewhere: "http://127.0.0.1:9/")
        defer { server.stop() }
        let expected = meaning(of: malice)
        let body = Array(#"{"MaHoSo":"H21-1"}"#.utf8)
        let calls: [Call] = [
            .login, .create(body: body), .update(body: body), .history(body: body),
            .probe(DossierCode("H21-1"), history: nil),
        ]
        var settings = TransferSettings()
        settings.allowPlainHTTP = true
        for call in calls {
            // Each on a connection of its own: this server closes them without a word.
            let bell = Doorbell()
            let loop = try TransferLoop(settings) { bell.ring() }
            defer { loop.close() }
            var request = HTTPRequest(method: .post, url: server.url + "/", body: body)
            request.timeoutMilliseconds = 2_000
            loop.submit([HTTPExchange(token: 1, request: request)])
            var ended = loop.completions()
            while ended.isEmpty {
                try #require(bell.wait(milliseconds: 60_000), "no end came")
                ended = loop.completions()
            }
            let result = try #require(ended.first).result
            var failure: HTTPFailure.Kind?
            if case .failure(let found) = result {
                failure = found.kind
                #expect(found.mayHaveArrived, "\(malice) \(call.kind)")
            }
            #expect(failure == expected.failure, "\(malice) \(call.kind)")
            let answer = contract.answer(result, to: call, now: Timestamp(milliseconds: 0))
            #expect(answer.session == nil && answer.evidence == nil, "\(malice) \(call.kind)")
            if call.kind.isWrite {
                let wanted = call.kind == .update ? expected.update : expected.write
                #expect(answer.outcome == wanted, "\(malice) \(call.kind)")
            } else {
                switch answer.outcome {
                case .retry, .unknown, .refused: break
                default: Issue.record("\(malice) \(call.kind): \(answer.outcome)")
                }
            }
        }
    }
}
