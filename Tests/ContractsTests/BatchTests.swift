import Contracts
import Dossiers
import Foundation
import Operating
import Testing
import Wire

@Suite("A contract that carries several dossiers in one call")
struct BatchTests {
    private let codes = ["H21-1", "H21-2", "H21-3"]

    private func batch(_ kind: Call.Kind = .create, records: Int = 1) -> Batch {
        Batch(
            kind,
            codes.map {
                Batch.Item(
                    code: DossierCode($0), records: records,
                    body: Array(#"{"MaHoSo":"\#($0)"}"#.utf8))
            })
    }

    private func answer(
        _ body: String, status: Int = 200, to batch: Batch, _ contract: Contract? = nil
    ) throws -> BatchAnswer {
        let contract = try contract ?? Samples.portal()
        let response = HTTPResponse(status: status, body: Array(body.utf8))
        var memory = AnswerMemory()
        let first = contract.answer(
            .success(response), to: batch, now: Samples.now.wall, memory: &memory)
        // The same bytes say the same the second time, whatever else was read between.
        let again = contract.answer(
            .success(response), to: batch, now: Samples.now.wall, memory: &memory)
        #expect(again.whole.outcome == first.whole.outcome)
        #expect(again.items.map(\.outcome) == first.items.map(\.outcome))
        #expect(again.items.map(\.code) == first.items.map(\.code))
        return first
    }

    @Test("is read by itself: another status, kind, repeat or body is another answer")
    func remembered() throws {
        let contract = try Samples.portal()
        var memory = AnswerMemory()
        let hasher = SHA256()
        func outcome(
            _ body: String, _ status: Int = 200, _ kind: Call.Kind = .create,
            isRepeat: Bool = false, retryAfter: String? = nil
        ) -> Outcome {
            let response = HTTPResponse(
                status: status, body: Array(body.utf8), retryAfter: retryAfter)
            #expect(memory.digest(of: response, with: hasher) == SHA256.digest(response.body))
            return contract.answer(
                .success(response),
                to: Batch(kind, [Batch.Item(code: DossierCode("H21-1"), records: 1, body: [1])]),
                now: Samples.now.wall, isRepeat: isRepeat, memory: &memory
            ).whole.outcome
        }
        let fine = #"{"error_code":"0","message":"thành công"}"#
        let there = #"{"error_code":"-1","message":"Hồ sơ đã tồn tại"}"#
        #expect(outcome(fine) == .acknowledged)
        #expect(outcome(there) == .exists)
        #expect(outcome(fine) == .acknowledged)
        #expect(outcome(fine, 500) != .acknowledged)
        #expect(outcome(fine) == .acknowledged)
        #expect(outcome("", 503, retryAfter: "7") == .throttled(afterMilliseconds: 7000))
        #expect(outcome("", 503, retryAfter: "9") == .throttled(afterMilliseconds: 9000))
        #expect(outcome("", 503) == outcome("", 503))
        let long = fine + String(repeating: " ", count: 2000)
        #expect(outcome(long) == .acknowledged && outcome(long) == .acknowledged)
        for kind in [Call.Kind.create, .update, .history] {
            for isRepeat in [false, true] {
                #expect(outcome(fine, 200, kind, isRepeat: isRepeat) == .acknowledged)
            }
        }
    }

    private func listed(_ entries: [(String, String, String)], code: String = "-1") -> String {
        let list = entries.map {
            #"{"MaHoSo":"\#($0.0)","error_code":"\#($0.1)","message":"\#($0.2)"}"#
        }
        return
            #"{"error_code":"\#(code)","message":"Một số bản ghi không được tiếp nhận","result":["#
            + list.joined(separator: ",") + "]}"
    }

    @Test("joins their records in one list, as they are")
    func request() throws {
        let contract = try Samples.portal()
        let request = try contract.request(
            batch(), account: Samples.portalAccount, session: Secret("S-1"),
            key: Digest(bytes: [UInt8](repeating: 1, count: 32)), now: Samples.now, nonce: [])
        let text = String(decoding: request.body, as: UTF8.self)
        #expect(
            text.hasSuffix(
                #""data":[{"MaHoSo":"H21-1"},{"MaHoSo":"H21-2"},{"MaHoSo":"H21-3"}]}"#))
        #expect(request.headers.filter { $0.name == "Idempotency-Key" }.count == 1)
    }

    @Test("asks for one dossier exactly as before")
    func single() throws {
        let contract = try Samples.portal()
        let body = Array(#"{"MaHoSo":"H21-1"}"#.utf8)
        let one = Batch(.update, [Batch.Item(code: DossierCode("H21-1"), records: 1, body: body)])
        let joined = try contract.request(
            one, account: Samples.portalAccount, session: Secret("S-1"), key: nil,
            now: Samples.now, nonce: [])
        let alone = try contract.request(
            .update(body: body), account: Samples.portalAccount, session: Secret("S-1"), key: nil,
            now: Samples.now, nonce: [])
        #expect(joined.body == alone.body)
    }

    @Test("says one unless a province raises it, and how far it may")
    func bounds() throws {
        let contract = try Samples.portal()
        #expect(contract.bounds(of: .create).standard == 1)
        #expect(contract.bounds(of: .create).most == 100)
        #expect(contract.bounds(of: .history).records == 10)
        #expect(contract.bounds(of: .probe) == .single)
    }

    @Test("takes a success for each of them")
    func success() throws {
        let answer = try answer(#"{"error_code":"0","message":"thành công"}"#, to: batch())
        #expect(answer.items.map(\.outcome) == [.acknowledged, .acknowledged, .acknowledged])
        #expect(!answer.isRefusedWhole)
    }

    @Test("takes an error about content for nobody's in particular")
    func refusal() throws {
        for (status, words) in [
            (200, "Trường GhiChu không hợp lệ"), (200, "Mã hồ sơ đã tồn tại"),
            (200, "đơn vị không tồn tại"),
            (413, "quá lớn"), (400, "sai"),
        ] {
            let body = #"{"error_code":"-1","message":"\#(words)"}"#
            #expect(try answer(body, status: status, to: batch()).isRefusedWhole, "\(words)")
            let one = Batch(.create, [batch().items[0]])
            #expect(try !answer(body, status: status, to: one).isRefusedWhole)
        }
    }

    @Test(
        "knows nothing of any after an answer that may mean anything",
        arguments: [
            (500, "Error"), (503, "<html>"), (200, "<html>"), (200, ""), (409, "{}"),
            (200, #"{"error_code":"0","result":{"x":1}}"#),
            (200, #"{"error_code":"0","result":[1]}"#),
            (200, #"{"error_code":"0","result":[{"MaHoSo":"H21-9","error_code":"0"}]}"#),
            (200, #"{"error_code":"-1","message":"có lỗi"}"#), (200, #"{"message":"?"}"#),
            // Codes that nobody has listed, beside words of success above all.
            (200, #"{"error_code":"7","message":"E07"}"#),
            (200, #"{"error_code":"1","message":"Thành công"}"#),
        ])
    func ambiguous(_ status: Int, _ body: String) throws {
        for kind in [Call.Kind.create, .update, .history] {
            let answer = try answer(body, status: status, to: batch(kind))
            #expect(answer.items.map(\.outcome) == [.unknown, .unknown, .unknown], "\(kind)")
            #expect(!answer.isRefusedWhole)
        }
    }

    @Test("believes what concerns our session, our rights or its load of all of them")
    func common() throws {
        let cases: [(Int, String, Outcome)] = [
            (200, #"{"error_code":"-1","message":"Phiên làm việc hết hạn"}"#, .sessionExpired),
            (429, "", .throttled(afterMilliseconds: 5_000)), (403, "", .refused),
            (
                200, #"{"error_code":"-1","message":"Hệ thống đang bận"}"#,
                .retry(afterMilliseconds: nil)
            ),
        ]
        for (status, body, outcome) in cases {
            let answer = try answer(body, status: status, to: batch())
            #expect(answer.items.map(\.outcome) == [outcome, outcome, outcome])
        }
    }

    @Test("reads a list in any order, each by its own code and words")
    func list() throws {
        let body = listed([
            ("H21-3", "-1", "đơn vị không tồn tại"), ("H21-1", "00", ""),
            ("H21-2", "-3", "đã tồn tại"),
        ])
        let answer = try answer(body, to: batch())
        #expect(answer.items.map(\.outcome) == [.acknowledged, .exists, .needsMapping])
        #expect(answer.items.map(\.code) == ["0", "-3", "-1"])
        #expect(answer.whole.outcome == .acknowledged)
    }

    @Test("does not know what a list leaves out, or says twice and differently")
    func gaps() throws {
        let missing = try answer(listed([("H21-1", "0", ""), ("H21-3", "0", "")]), to: batch())
        #expect(missing.items.map(\.outcome) == [.acknowledged, .unknown, .acknowledged])
        let entries = [
            ("H21-1", "0", ""), ("H21-1", "0", ""), ("H21-2", "0", ""),
            ("H21-2", "-1", "không hợp lệ"),
            ("H21-3", "-1", "không hợp lệ"),
        ]
        let twice = try answer(listed(entries, code: "0"), to: batch())
        #expect(twice.items.map(\.outcome) == [.acknowledged, .unknown, .rejected])
    }

    @Test("needs an entry for each step, where entries are records")
    func steps() throws {
        let entries = [
            ("H21-1", "0", ""), ("H21-1", "0", ""), ("H21-2", "0", ""), ("H21-3", "0", ""),
            ("H21-3", "-1", "sai"),
        ]
        let answer = try answer(listed(entries), to: batch(.history, records: 2))
        #expect(answer.items.map(\.outcome) == [.acknowledged, .unknown, .unknown])
        let perDossier = try Samples.edited(
            "dvcqg-adapter", (#"each: "record""#, #"each: "dossier""#))
        let once = try self.answer(
            listed(codes.map { ($0, "0", "") }), to: batch(.history, records: 2), perDossier)
        #expect(once.items.map(\.outcome) == [.acknowledged, .acknowledged, .acknowledged])
    }

    @Test("does not look for a list that is switched off")
    func switchedOff() throws {
        let off = try Samples.edited("dvcqg-adapter", ("enabled: true", "enabled: false"))
        let answer = try answer(listed(codes.map { ($0, "0", "") }), to: batch(), off)
        #expect(answer.items.map(\.outcome) == [.unknown, .unknown, .unknown])
    }

    @Test("is refused when it would split what cannot be taken back")
    func strictness() throws {
        let breaks = [
            (", atomic: true }", " }", "LT-1105"), ("most: 100", "most: 0", "LT-1105"),
            ("most: 100", "moest: 100", "LT-1103"),
            (#"each: "record""#, #"each: "row""#, "LT-1105"),
            (#"dossier: "MaHoSo", code"#, "code", "LT-1104"),
            (
                #"service", value: "TraCuuHoSo""#, #"service", value: "TraCuuHoSo", batch: {}"#,
                "LT-1103"
            ),
        ]
        for (old, new, code) in breaks {
            let trouble = #expect(throws: Trouble.self) {
                try Samples.edited("dvcqg-adapter", (old, new))
            }
            #expect(trouble?.code == code, "\(new): \(trouble?.description ?? "accepted")")
        }
    }
}
