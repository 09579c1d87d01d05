import Contracts
import Couriers
import Dossiers
import Foundation
import Operating
import Outbox
import Synchronization
import Testing
import Wire

/// The population database's far side: yes or no to 003, a citizen or none to 037.
final class ScriptedPopulation: HTTPTransport, @unchecked Sendable {
    enum Reply { case yes, no, citizen(String), nobody, failure, fault }
    var script: (Call.Kind) -> Reply = { _ in .yes }
    private(set) var asked: [Call.Kind] = []
    private(set) var identifiers: [String] = []
    private var done: [HTTPCompletion] = []

    func submit(_ exchanges: [HTTPExchange]) {
        for exchange in exchanges {
            let text = String(decoding: exchange.request.body, as: UTF8.self)
            let kind: Call.Kind = text.contains("XacThucThongTinCongDan") ? .verify : .lookup
            asked.append(kind)
            if let start = text.range(of: "MaYeuCau>"),
                let end = text.range(of: "</", range: start.upperBound..<text.endIndex)
            {
                identifiers.append(String(text[start.upperBound..<end.lowerBound]))
            }
            done.append(
                HTTPCompletion(
                    token: exchange.token, result: answer(script(kind)), elapsedMicroseconds: 900))
        }
    }

    func completions() -> [HTTPCompletion] {
        defer { done = [] }
        return done
    }

    private func answer(_ reply: Reply) -> Result<HTTPResponse, HTTPFailure> {
        let body: String
        switch reply {
        case .yes: body = "<R><KetQuaXacThuc><TonTai>true</TonTai></KetQuaXacThuc></R>"
        case .no: body = "<R><KetQuaXacThuc><TonTai>false</TonTai></KetQuaXacThuc></R>"
        case .nobody: body = "<R><CongdanCollection/></R>"
        case .citizen(let name):
            body = """
                <R><CongdanCollection><CongDan><SoDinhDanh>000000000001</SoDinhDanh>\
                <HoVaTen><Ten>\(name)</Ten></HoVaTen><NgayThangNamSinh>\
                <NgayThangNam>19900101</NgayThangNam></NgayThangNamSinh></CongDan>\
                </CongdanCollection></R>
                """
        case .failure:
            return .failure(HTTPFailure(kind: .timedOut, mayHaveArrived: true, detail: ""))
        case .fault: return .success(HTTPResponse(status: 500, body: []))
        }
        let xml =
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\(body)</s:Body></s:Envelope>"
        return .success(HTTPResponse(status: 200, body: Array(xml.utf8)))
    }
}

@Suite("A question to the population database")
struct VerificationTests {
    private let scratch = Scratch()
    private let far = ScriptedPopulation()
    private let store: Store
    private let dispatcher: Dispatcher
    private let contract: Contract
    private var now = Moment(wall: Timestamp(milliseconds: 1_790_000_000_000), steady: 0)

    init() throws {
        contract = try Road.contract("csdlqgdc-soap")
        store = try Road.open("\(scratch.path)/state", now, true)
        var settings: [String: String] = [:]
        for key in contract.settingsNeeded {
            settings[key.name] = key.defaultValue ?? (key.isRequired ? "X1" : nil)
        }
        var secrets: [String: Secret] = [:]
        for key in contract.secretsNeeded { secrets[key.name] = Secret("sandbox") }
        dispatcher = Dispatcher(
            destinations: [
                CourierSettings(
                    destination: DestinationID("population"), contract: contract,
                    account: Account(
                        baseURL: "https://population.example", settings: settings,
                        secrets: secrets), policy: CourierPolicyFixture.quick)
            ], store: store, transport: far, seed: 1, events: { _ in })
    }

    /// A dossier whose portal lane waits for its applicant.
    private func ask(_ code: String = "H21-1") throws {
        let person = Person(
            identity: Identity(kind: .personal, number: "000000000001"), name: "ĐỖ THỊ THỬ",
            birth: .date(year: 1990, month: 1, day: 1))
        guard case .ready(let rendered, _) = contract.renderPerson(person) else {
            Issue.record("the person cannot be rendered")
            return
        }
        let question = PersonQuestion(
            destination: DestinationID("population"), identity: [1, 2, 3],
            payload: Payload(bytes: rendered.bytes, digest: rendered.digest),
            validityMilliseconds: 86_400_000)
        let lane = LaneContent(
            destination: Road.portal, state: Road.payload(#"{"MaHoSo":"\#(code)"}"#),
            waitsForVerification: true)
        let batch = CaptureBatch(dossiers: [
            CapturedDossier(
                code: DossierCode(code), sourceKey: SourceKey(1), content: .deliverable([lane]),
                question: question)
        ])
        _ = try store.transaction { try store.record(batch, now: now.wall) }
    }

    private mutating func run(turns: Int = 30) throws {
        for _ in 0..<turns {
            try store.transaction {
                try dispatcher.settleCompletions(now: now)
                try dispatcher.claim(now: now)
            }
            dispatcher.submit(now: now)
            let wake = dispatcher.nextWake(now: now)
            now = now.adding(milliseconds: max(1, min(wake, 10_000)))
        }
    }

    private func counts() throws -> VerificationCounts {
        try StoreReader(directory: "\(scratch.path)/state").verificationCounts()
    }

    private func portalMayGo() throws -> Bool {
        try store.transaction {
            try !store.claim(Road.portal, limit: 1, freshShare: 1, now: now.wall).isEmpty
        }
    }

    @Test("that is answered with yes is one question")
    mutating func matched() throws {
        try ask()
        #expect(try portalMayGo() == false)
        try run()
        #expect(far.asked == [.verify])
        #expect(try counts().matched == 1)
        #expect(try portalMayGo())
    }

    @Test("that is answered with no is followed by who it is, under another identifier")
    mutating func mismatched() throws {
        far.script = { $0 == .verify ? .no : .citizen("ĐỖ THỊ KHÁC") }
        try ask()
        try run()
        #expect(far.asked == [.verify, .lookup])
        #expect(Set(far.identifiers).count == far.identifiers.count)
        #expect(try counts().mismatched == 1)
        #expect(try portalMayGo())
    }

    @Test("asked twice within one millisecond has two identifiers")
    mutating func oneMillisecond() throws {
        far.script = { $0 == .verify ? .no : .citizen("ĐỖ THỊ KHÁC") }
        try ask()
        for _ in 0..<5 {
            try store.transaction {
                try dispatcher.settleCompletions(now: now)
                try dispatcher.claim(now: now)
            }
            dispatcher.submit(now: now)
        }
        #expect(far.asked == [.verify, .lookup])
        #expect(Set(far.identifiers).count == 2)
    }

    @Test("of which nobody is found says so")
    mutating func notFound() throws {
        far.script = { $0 == .verify ? .no : .nobody }
        try ask()
        try run()
        #expect(try counts().notFound == 1)
    }

    @Test("that finds no answer lets the portal go after a while, and is asked on")
    mutating func unavailable() throws {
        far.script = { _ in .failure }
        try ask()
        for _ in 0..<400 where far.asked.count < 3 { try run(turns: 1) }
        try run(turns: 2)
        #expect(try counts().unavailable == 1)
        #expect(try portalMayGo())
        far.script = { _ in .yes }
        try run(turns: 100)
        #expect(try counts().matched == 1)
        #expect(try counts().unavailable == 0)
    }

    @Test("whose second half fails is asked again from the start")
    mutating func halfway() throws {
        var lookups = 0
        far.script = {
            if $0 == .verify { return .no }
            lookups += 1
            return lookups == 1 ? .fault : .nobody
        }
        try ask()
        try run(turns: 100)
        #expect(far.asked == [.verify, .lookup, .verify, .lookup])
        #expect(try counts().notFound == 1)
    }
}
