import Contracts
import Dossiers
import Foundation
import Operating
import Outbox
import Testing
import Wire

@testable import Couriers

/// The interlinking software as the walk needs it: strict about order, careless about answers.
private final class GroupSoftware: HTTPTransport, @unchecked Sendable {
    enum Fate: CaseIterable {
        case normal, lostAnswer, lostRequest, retry, broken, throttled, expired
    }

    var fate: (_ code: String) -> Fate = { _ in .normal }
    private(set) var told: [String: [String]] = [:]
    private(set) var breaches: [String] = []
    private(set) var repeats = 0
    private var done: [HTTPCompletion] = []
    static let road = ["1", "3", "7", "4", "5"]

    var isQuiet: Bool { done.isEmpty }

    func submit(_ exchanges: [HTTPExchange]) {
        // Two of one dossier at once are two that are not acknowledged one after the other.
        let codes = exchanges.map { (try? JSONValue(parsing: $0.request.body))?["maHoSo"]?.text }
        for code in codes.compactMap({ $0 }) where codes.count(where: { $0 == code }) > 1 {
            breaches.append("two at once")
        }
        for exchange in exchanges { respond(exchange) }
    }

    func completions() -> [HTTPCompletion] {
        defer { done = [] }
        return done
    }

    private func respond(_ exchange: HTTPExchange) {
        guard exchange.request.url.hasSuffix("/trangthai") else {
            return finish(exchange, 200, #"{"token":"T"}"#)
        }
        let body = (try? JSONValue(parsing: exchange.request.body)) ?? .null
        let code = body["maHoSo"]?.text ?? ""
        let status = body["trangThai"]?.text ?? ""
        let fate = fate(code)
        switch fate {
        case .lostRequest: return fail(exchange)
        case .retry: return finish(exchange, 400, problem("Hồ sơ chưa cập nhật trạng thái"))
        case .throttled: return finish(exchange, 429, "")
        case .expired: return finish(exchange, 401, "")
        case .normal, .lostAnswer, .broken: break
        }
        if told[code]?.last == status {
            repeats += 1
        } else if GroupSoftware.road.dropFirst(told[code]?.count ?? 0).first == status {
            told[code, default: []].append(status)
        } else {
            breaches.append("\(code): \(status) after \(told[code] ?? [])")
            return finish(exchange, 400, problem("Logic xử lý không hợp lệ"))
        }
        switch fate {
        case .lostAnswer: fail(exchange)
        case .broken: finish(exchange, 500, problem("Có lỗi trong quá trình thêm mới"))
        default: finish(exchange, 200, #"{"title":"Cập nhật thành công","status":200}"#)
        }
    }

    private func problem(_ words: String) -> String {
        #"{"errors":{"soHoSoLT":["\#(words)"]},"status":400}"#
    }

    private func finish(_ exchange: HTTPExchange, _ status: Int, _ text: String) {
        done.append(
            HTTPCompletion(
                token: exchange.token,
                result: .success(
                    HTTPResponse(
                        status: status, body: Array(text.utf8), retryAfter: nil,
                        contentType: "application/json")), elapsedMicroseconds: 3_000))
    }

    private func fail(_ exchange: HTTPExchange) {
        done.append(
            HTTPCompletion(
                token: exchange.token,
                result: .failure(
                    HTTPFailure(kind: .interrupted, mayHaveArrived: true, detail: "scripted")),
                elapsedMicroseconds: 3_000))
    }
}

@Suite("A courier to a destination with an order")
struct GroupOrderTests {
    private static let id = DestinationID("groups")

    /// A store, the shipped contract and the software, over crashes.
    private final class Walk {
        let scratch = Scratch()
        let far = GroupSoftware()
        let contract: Contract
        var store: Store
        var dispatcher: Dispatcher
        var now = Moment(wall: Timestamp(milliseconds: 1_790_000_000_000), steady: 1_000_000)

        init() throws {
            contract = try Road.contract("dvclt-group")
            store = try Road.open("\(scratch.path)/state", now, true)
            dispatcher = Walk.dispatcher(store, far, contract)
        }

        private static func dispatcher(
            _ store: Store, _ far: any HTTPTransport, _ contract: Contract
        ) -> Dispatcher {
            let account = Account(
                baseURL: "https://dvclt.example", settings: [:],
                secrets: ["username": Secret("sandbox"), "password": Secret("sandbox-password")])
            return Dispatcher(
                destinations: [
                    CourierSettings(
                        destination: id, contract: contract, account: account,
                        policy: CourierPolicyFixture.quick)
                ], store: store, transport: far, seed: 7, events: { _ in })
        }

        func record(_ code: String, key: Int64, _ steps: [(id: Int64, status: String)]) throws {
            let lane = LaneContent(
                destination: id, state: nil,
                steps: steps.map { step in
                    StepPayload(
                        id: SourceKey(key * 100 + step.id),
                        payload: Road.payload(
                            #"{"maHoSo":"\#(code)","trangThai":\#(step.status)}"#),
                        status: step.status)
                }, order: contract.order)
            let one = CapturedDossier(
                code: DossierCode(code), sourceKey: SourceKey(key), content: .deliverable([lane]))
            _ = try store.transaction {
                try store.record(CaptureBatch(dossiers: [one]), now: now.wall)
            }
        }

        func turn() throws {
            try store.transaction {
                try dispatcher.settleCompletions(now: now)
                try dispatcher.claim(now: now)
            }
            dispatcher.submit(now: now)
        }

        /// Turns for a while, as time passes.
        func run(_ turns: Int) throws {
            for _ in 0..<turns {
                try turn()
                let wake = far.isQuiet ? dispatcher.nextWake(now: now) : 1
                now = now.adding(milliseconds: max(1, min(wake, 60_000)))
            }
        }

        func crash() throws {
            // The lock is the old store's until nothing holds it.
            let other = Scratch()
            store = try Road.open("\(other.path)/state", now, true)
            dispatcher = Walk.dispatcher(store, GroupSoftware(), contract)
            store = try Road.open("\(scratch.path)/state", now, true)
            _ = far.completions()
            dispatcher = Walk.dispatcher(store, far, contract)
        }

        func report() throws -> LaneReport? {
            try StoreReader(directory: "\(scratch.path)/state").status(now: now.wall)
                .destinations.first { $0.destination == id.rawValue }
        }
    }

    @Test(
        "sends each status once the one before is acknowledged, whatever happens on the way",
        arguments: 0..<12)
    func walk(_ seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed) + 11)
        let walk = try Walk()
        walk.far.fate = { _ in
            random.next() % 3 == 0
                ? GroupSoftware.Fate.allCases[Int(random.next() % 7)] : .normal
        }
        var dice = SeededRandom(seed: UInt64(seed) + 99)
        // Five dossiers whose steps appear in any order.
        var pending: [[(id: Int64, status: String)]] = (0..<5).map { _ in
            GroupSoftware.road.enumerated().map { (Int64($0), $1) }.shuffled(using: &dice)
        }
        var known: [[(id: Int64, status: String)]] = Array(repeating: [], count: 5)
        while pending.contains(where: { !$0.isEmpty }) {
            let which = Int(dice.next() % 5)
            if let step = pending[which].popLast() {
                known[which].append(step)
                try walk.record("H-\(which)", key: Int64(which + 1), known[which])
            }
            try walk.run(Int(dice.next() % 6))
            if dice.next() % 6 == 0 { try walk.crash() }
        }
        walk.far.fate = { _ in .normal }
        try walk.run(400)
        #expect(walk.far.breaches.isEmpty)
        for which in 0..<5 { #expect(walk.far.told["H-\(which)"] == GroupSoftware.road) }
        let report = try #require(try walk.report())
        #expect(report.waiting == 0)
        #expect(report.statusWaits.isEmpty)
    }

    @Test("repeats a status whose answer was lost, and only then goes on")
    func lostAnswer() throws {
        let walk = try Walk()
        var losses = 2
        walk.far.fate = { _ in
            losses -= 1
            return losses >= 0 ? .lostAnswer : .normal
        }
        try walk.record("H-1", key: 1, [(1, "1"), (2, "3")])
        try walk.run(60)
        #expect(walk.far.told["H-1"] == ["1", "3"])
        #expect(walk.far.repeats == 2)
        #expect(try walk.report()?.waiting == 0)
    }

    @Test("lets twenty stuck dossiers starve no other")
    func starvation() throws {
        let walk = try Walk()
        walk.far.fate = { $0.hasPrefix("STUCK") ? .retry : .normal }
        for number in 1...20 {
            try walk.record("STUCK-\(number)", key: Int64(number), [(1, "1")])
        }
        for number in 21...40 {
            try walk.record(
                "H-\(number)", key: Int64(number), [(1, "1"), (2, "3"), (3, "7")])
        }
        try walk.run(300)
        for number in 21...40 { #expect(walk.far.told["H-\(number)"] == ["1", "3", "7"]) }
        #expect(walk.far.told.keys.allSatisfy { !$0.hasPrefix("STUCK") })
    }
}
