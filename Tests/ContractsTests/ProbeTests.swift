import Contracts
import Dossiers
import Foundation
import Testing
import Wire

@Suite("A probe")
struct ProbeTests {
    let portal: Contract
    let dossier = Samples.smallDossier()

    init() throws { portal = try Samples.portal() }

    private func probe(
        _ body: String, history: [UInt8]? = nil, status: Int = 200, _ contract: Contract? = nil
    ) -> Answer {
        (contract ?? portal).answer(
            .success(HTTPResponse(status: status, body: Array(body.utf8))),
            to: .probe(dossier.code, history: history), now: Samples.now.wall)
    }

    private func body(_ steps: Step...) throws -> [UInt8] {
        var body: [UInt8] = []
        for step in steps {
            if !body.isEmpty { body += portal.separator }
            body += try Samples.bytes(portal.renderStep(step, of: dossier))
        }
        return body
    }

    private func held(_ steps: [UInt8]) -> String {
        let list = String(decoding: steps, as: UTF8.self)
        return #"{"error_code":"0","result":[{"MaHoSo":"x","TienDo":[\#(list)]}]}"#
    }

    @Test("finds the dossier when the result has an entry, and not when it is empty")
    func existence() {
        let present = probe(#"{"error_code":"0","message":"","result":[{"MaHoSo":"x"}]}"#)
        #expect(present.outcome == .acknowledged)
        #expect(present.evidence == .present(stepsHeld: nil))
        for empty in ["[]", "null"] {
            let absent = probe(#"{"error_code":0,"result":\#(empty)}"#)
            #expect(absent.outcome == .missing)
            #expect(absent.evidence == .absent)
        }
    }

    @Test(
        "that fails is never taken for absence",
        arguments: [
            #"{"error_code":"-1","message":"Lỗi tra cứu","result":[]}"#,
            #"{"error_code":"-1","message":"Không tìm thấy hồ sơ","result":[]}"#,
            #"{"error_code":"0","message":"Tra cứu thất bại","result":[]}"#,
            #"{"error_code":"0"}"#, #"{"error_code":"0","result":{}}"#,
            #"{"error_code":"0","result":""}"#, #"{"result":[]}"#, "<html>", "",
        ])
    func noEvidence(_ body: String) {
        let answer = probe(body)
        #expect(answer.outcome == .retry(afterMilliseconds: nil))
        #expect(answer.evidence == nil)
    }

    @Test("tells how many of a delivery's steps are there, when the answer lists steps")
    func steps() throws {
        let one = Samples.step(1, content: "Một")
        let two = Samples.step(2, content: "Hai")
        let ours = try body(one, two)
        func evidence(_ steps: [UInt8]) -> Evidence? { probe(held(steps), history: ours).evidence }
        #expect(evidence(try body(one, two)) == .present(stepsHeld: .all))
        #expect(evidence(try body(two, one)) == .present(stepsHeld: .all))
        #expect(evidence(try body(two)) == .present(stepsHeld: .some([1])))
        #expect(
            evidence(try body(Samples.step(3, content: "Ba")))
                == .present(stepsHeld: StepsHeld.none))
        #expect(evidence([]) == .present(stepsHeld: StepsHeld.none))
    }

    @Test("counts equal steps apart")
    func equalSteps() throws {
        let step = Samples.step(1)
        let answer = probe(held(try body(step)), history: try body(step, step))
        #expect(answer.evidence == .present(stepsHeld: .some([0])))
    }

    @Test("sees the same step through other spellings of its content")
    func spellings() throws {
        let ours = try body(Samples.step(1, content: "Đã xử lý"))
        let theirs = """
            {"ThoiDiemXuLy":20260105081500,"TrangThai":4,"NoiDungXuLy":"\
            \("Đã xử lý".decomposed)","Them":1}
            """
        #expect(
            probe(held(Array(theirs.utf8)), history: ours).evidence == .present(stepsHeld: .all))
    }

    @Test("says nothing about steps when the answer lists none, or when it was not asked")
    func noSteps() throws {
        let ours = try body(Samples.step(1))
        let silent = #"{"error_code":"0","result":[{"MaHoSo":"x"}]}"#
        #expect(probe(silent, history: ours).evidence == .present(stepsHeld: nil))
        #expect(probe(held(ours)).evidence == .present(stepsHeld: nil))
    }

    @Test("looks for steps where the file says, and not at all when it does not say")
    func configuredPath() throws {
        let ours = try body(Samples.step(1))
        let other = try Samples.edited(
            "dvcqg-adapter", (#"steps: "result.0.TienDo""#, #"steps: "progress.list""#))
        let list = String(decoding: ours, as: UTF8.self)
        let answer = #"{"error_code":"0","result":[{}],"progress":{"list":[\#(list)]}}"#
        #expect(probe(answer, history: ours, other).evidence == .present(stepsHeld: .all))

        let none = try Samples.edited("dvcqg-adapter", (#"steps: "result.0.TienDo","#, ""))
        #expect(!none.probeShowsSteps)
        #expect(probe(held(ours), history: ours, none).evidence == .present(stepsHeld: nil))
    }
}

extension String {
    /// NFD, as some systems store Vietnamese.
    fileprivate var decomposed: String { decomposedStringWithCanonicalMapping }
}
