import Contracts
import Dossiers
import Operating
import Testing
import Wire

@Suite("A request to the portal")
struct RequestTests {
    let portal: Contract
    let session = Secret("S-1")
    let nonce: [UInt8] = [1, 2, 3, 4]

    init() throws { portal = try Samples.portal() }

    private func request(_ call: Call, key: Digest? = nil) throws -> HTTPRequest {
        try portal.request(
            call, account: Samples.portalAccount, session: session, key: key, now: Samples.now,
            nonce: nonce)
    }

    @Test("has the shape of the contract", arguments: Call.Kind.allCases.prefix(5))
    func bodies(_ kind: Call.Kind) throws {
        let dossier = Samples.smallDossier()
        let state = try Samples.bytes(portal.renderState(dossier))
        let steps =
            try Samples.bytes(portal.renderStep(Samples.step(1), of: dossier)) + portal.separator
            + Samples.bytes(portal.renderStep(Samples.step(2), of: dossier))
        let call: Call =
            switch kind {
            case .login: .login
            case .create: .create(body: state)
            case .update: .update(body: state)
            case .history: .history(body: steps)
            default: .probe(dossier.code)
            }
        try expectGolden(try request(call).body, "request-\(kind.rawValue).json")
    }

    @Test("goes to the path of its kind of call")
    func paths() throws {
        #expect(
            try request(.login).url
                == "https://adapter.example/VXPAdapter/RestService/forward/mapi/login")
        #expect(
            try request(.probe(DossierCode("a"))).url
                == "https://adapter.example/VXPAdapter/RestService/forward/mapi/g")
    }

    @Test("goes where the configuration says when it says so")
    func otherPath() throws {
        var account = Samples.portalAccount
        account.settings["integration_endpoint"] = "/other/g"
        let call = Call.probe(DossierCode("a"))
        #expect(
            try portal.request(
                call, account: account, session: session, key: nil, now: Samples.now, nonce: []
            ).url == "https://adapter.example/other/g")
    }

    @Test("carries the route code and says that it is JSON")
    func headers() throws {
        let headers = try request(.create(body: [])).headers
        #expect(
            headers == [
                HTTPHeader("Accept", "application/json"),
                HTTPHeader("Content-Type", "application/json"),
                HTTPHeader("Charset", "utf-8"),
                HTTPHeader("dstcode", "VN:GOV:SANDBOX:dvcqg"),
            ])
    }

    @Test("carries the idempotency key as a quoted string, with writes only")
    func idempotencyKey() throws {
        let key = SHA256.digest([1])
        for call in [Call.create(body: []), .update(body: []), .history(body: [])] {
            #expect(
                try request(call, key: key).headers.last
                    == HTTPHeader("Idempotency-Key", "\"\(key.hex)\""))
        }
        for call in [Call.login, .probe(DossierCode("a"))] {
            let names = try request(call, key: key).headers.map(\.name)
            #expect(!names.contains("Idempotency-Key"))
        }
    }

    @Test("escapes what it is told, so that no value can break out of the envelope")
    func escaping() throws {
        var account = Samples.portalAccount
        account.settings["madonvi"] = #"a","service":"x"#
        let body = try portal.request(
            .probe(DossierCode("\"\\")), account: account, session: Secret("\n"), key: nil,
            now: Samples.now, nonce: []
        ).body
        let value = try JSONValue(parsing: body)
        #expect(value["madonvi"] == .string(#"a","service":"x"#))
        #expect(value["mahoso"] == .string("\"\\"))
        #expect(value["session"] == .string("\n"))
        #expect(value["service"] == .string("TraCuuHoSo"))
    }

    @Test("is refused for a setting or a secret that is missing, by name")
    func missingAccount() throws {
        var account = Samples.portalAccount
        account.settings["madonvi"] = nil
        account.secrets["password"] = nil
        let found = portal.troubles(of: account)
        #expect(found.map(\.code) == ["LT-1120", "LT-1121"])
        #expect(found[0].english.contains("madonvi"))
        #expect(found[1].english.contains("password"))
        let thrown = trouble {
            try portal.request(
                .login, account: account, session: nil, key: nil, now: Samples.now, nonce: [])
        }
        #expect(thrown?.code == "LT-1121")
        #expect(portal.troubles(of: Samples.portalAccount).isEmpty)
    }

    @Test("is refused for a setting that the contract does not know, with the nearest name")
    func unknownSetting() {
        var account = Samples.portalAccount
        account.settings["dstcod"] = "x"
        account.secrets["pasword"] = Secret("x")
        let found = portal.troubles(of: account)
        #expect(found.map(\.code) == ["LT-1122", "LT-1122"])
        #expect(found[0].fix.contains("dstcode"))
        #expect(found[1].fix.contains("password"))
    }

    @Test("cannot be made to carry another header, nor to go to something that is no URL")
    func injection() {
        var account = Samples.portalAccount
        account.settings["dstcode"] = "a\r\nX-Evil: 1"
        func thrown(_ account: Account) -> Trouble? {
            trouble {
                try portal.request(
                    .login, account: account, session: nil, key: nil, now: Samples.now, nonce: [])
            }
        }
        #expect(thrown(account)?.code == "LT-1123")
        for base in ["ftp://a.example", "https://a example", ""] {
            var account = Samples.portalAccount
            account.baseURL = base
            #expect(thrown(account)?.code == "LT-1124")
        }
    }

    @Test("is not made without a session, nor for a call that the file does not describe")
    func impossible() {
        let noSession = trouble {
            try portal.request(
                .update(body: []), account: Samples.portalAccount, session: nil, key: nil,
                now: Samples.now, nonce: [])
        }
        #expect(noSession?.code == "LT-1127")
        let noCall = trouble { try request(.verify(body: [])) }
        #expect(noCall?.code == "LT-1126")
    }

    @Test("keeps sessions and secrets out of every text that a person may read")
    func discretion() throws {
        var account = Samples.portalAccount
        account.settings["dstcode"] = "bad\nroute"
        account.secrets = ["username": Secret("sécret-user"), "password": Secret("sécret-word")]
        let thrown = trouble {
            try portal.request(
                .create(body: []), account: account, session: Secret("sécret-session"), key: nil,
                now: Samples.now, nonce: [])
        }
        #expect(thrown?.description.contains("sécret") == false)
        #expect(thrown?.description.contains("route") == false)
        let request = try portal.request(
            .login, account: Samples.portalAccount, session: nil, key: nil, now: Samples.now,
            nonce: [])
        #expect(!"\(request)".contains("sandbox"))
        let answer = Answer(outcome: .acknowledged, session: Secret("sécret-session"))
        #expect(!"\(answer)".contains("sécret"))
    }

    @Test("tells what the contract is, can do and needs")
    func description() {
        #expect(portal.name == "dvcqg-adapter")
        #expect(portal.supports == [.state, .history])
        #expect(portal.calls == [.login, .create, .update, .history, .probe])
        #expect(portal.needsSession)
        #expect(portal.sessionLifetimeMilliseconds == 600_000)
        #expect(portal.stepsPerDelivery == 10)
        #expect(portal.probeShowsSteps)
        #expect(!portal.honoursIdempotencyKey)
        #expect(
            portal.settingsNeeded.map(\.name)
                == ["auth_endpoint", "dstcode", "integration_endpoint", "madonvi"])
        #expect(portal.secretsNeeded.map(\.name) == ["password", "username"])
        #expect(
            (portal.settingsNeeded + portal.secretsNeeded).allSatisfy { !$0.vietnamese.isEmpty })
    }
}
