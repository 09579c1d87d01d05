import Contracts
import Dossiers
import Foundation
import Operating
import Testing
import Wire

@Suite("An answer that nobody foresaw")
struct StrangeAnswerTests {
    private func answer(
        _ kind: Call.Kind, _ body: [UInt8], status: Int = 200, type: String? = "application/json",
        contract: Contract? = nil
    ) throws -> Answer {
        try (contract ?? Samples.portal()).answer(
            .success(HTTPResponse(status: status, body: body, contentType: type)),
            to: AnswerTests.call(kind), now: Samples.now.wall)
    }

    private func answer(_ kind: Call.Kind, _ code: String, _ message: String) throws -> Answer {
        try answer(
            kind, Array(#"{"error_code":"\#(code)","message":"\#(message)","result":[]}"#.utf8))
    }

    @Test(
        "is unknown where it carries a code that nobody listed, above all beside words of success",
        arguments: [
            ("1", "Thành công"), ("1", "Cập nhật thành công!"), ("200", "Success"), ("E07", "E07"),
            ("7", "Xem mã lỗi 7"), ("1", "Không thành công"),
        ])
    func unlisted(_ code: String, _ message: String) throws {
        for kind in [Call.Kind.create, .update, .history] {
            let answer = try answer(kind, code, message)
            #expect(answer.outcome == .unknown && answer.isUnlisted, "\(kind)")
            #expect(answer.code == code)
            #expect(answer.words?.shown == message)
        }
        let probe = try answer(.probe, code, message)
        #expect(probe.outcome == .retry(afterMilliseconds: nil) && probe.isUnlisted)
        #expect(probe.evidence == nil)
        #expect(try answer(.login, code, message).outcome == .refused)
    }

    @Test("is a refusal where it says so")
    func listed() throws {
        for message in ["Trường Email không hợp lệ", "GhiChu vượt quá 2000", "Thiếu MaTTHC"] {
            let answer = try answer(.create, "-1", message)
            #expect(answer.outcome == .rejected && !answer.isUnlisted)
            #expect(answer.words?.shown == message)
        }
    }

    @Test(
        "ends a session in the words of many",
        arguments: [
            ("401", ""), ("403", "Forbidden"), ("-1", "Unauthorized"), ("5", "token invalid"),
            ("5", "Token không hợp lệ"), ("2", "Vui lòng đăng nhập lại"),
        ])
    func session(_ code: String, _ message: String) throws {
        for kind in [Call.Kind.create, .update, .history, .probe] {
            #expect(try answer(kind, code, message).outcome == .sessionExpired)
        }
    }

    @Test("keeps nothing of a success, and of a question no more than its message")
    func kept() throws {
        #expect(try answer(.create, "0", "thành công").words == nil)
        #expect(try answer(.create, "3", "Hồ sơ đã tồn tại").words == nil)
        // Words where nobody expects them: as they stand.
        let odd = Array(#"{"loi":"Sai cấu trúc"}"#.utf8)
        #expect(try answer(.create, odd).words?.shown == #"{"loi":"Sai cấu trúc"}"#)
        #expect(try answer(.probe, odd).words == nil)
    }

    @Test("is called unreadable, with its type and its length, and says nothing of what is in it")
    func unreadable() throws {
        let cases: [(String, String?, [String])] = [
            ("<html>Nguyễn</html>", "text/html; charset=utf-8", ["text/html", "HTML"]),
            ("--b\r\n\r\n{}\r\n--b--", "multipart/related; boundary=b", ["multipart"]),
            (#"{"error_code":"0","mess"#, "application/json", ["incomplete"]),
            ("xin chào", nil, ["no Content-Type"]),
            ("x", "text/plain\u{1B}[2J", ["no Content-Type"]),
            ("x", "text/x; charset=koi8-r", ["koi8-r"]),
        ]
        for (body, type, parts) in cases {
            let answer = try answer(.create, Array(body.utf8), type: type)
            #expect(answer.outcome == .unknown && answer.isUnreadable && !answer.isUnlisted)
            let words = try #require(answer.words?.shown)
            for part in parts + ["\(body.utf8.count) bytes", "unreadable"] {
                #expect(words.contains(part), "\(words)")
            }
            #expect(!words.contains("Nguyễn") && !words.contains("chào"))
        }
        #expect(try !answer(.create, []).isUnreadable)
    }

    @Test("is read in UTF-16 and Latin-1 as well")
    func charsets() throws {
        let text = #"{"error_code":"0","message":"thành công"}"#
        for isBig in [true, false] {
            for mark in [true, false] {
                let units = (mark ? [0xFEFF] : []) + Array(text.utf16)
                let bytes = units.flatMap { unit in
                    isBig
                        ? [UInt8(unit >> 8), UInt8(unit & 0xFF)]
                        : [UInt8(unit & 0xFF), UInt8(unit >> 8)]
                }
                #expect(try answer(.create, bytes).outcome == .acknowledged)
            }
        }
        let latin = Array(#"{"error_code":"-1","message":"d"#.utf8) + [0xE9] + Array("jà\"}".utf8)
        let answer = try answer(.create, latin, type: "application/json; charset=ISO-8859-1")
        #expect(answer.words?.shown.hasPrefix("dé") == true)
    }

    @Test("of the population database may come in parts")
    func parts() throws {
        let envelope = """
            <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>\
            <r><KetQuaXacThuc><TonTai>true</TonTai></KetQuaXacThuc></r></s:Body></s:Envelope>
            """
        let body = "--uuid:1\r\nContent-ID: <r>\r\n\r\n\(envelope)\r\n--uuid:1--"
        let type = #"multipart/related; type="application/xop+xml"; boundary="uuid:1""#
        let answer = try answer(
            .verify, Array(body.utf8), type: type, contract: Samples.population())
        #expect(answer.outcome == .acknowledged)
        #expect(answer.verification == .matched)
    }

    /// A hundred kilobytes each: with work that grows with the square this takes minutes, not a blink.
    @Test("may be marks without end, and is cut before anything is done with it")
    func long() throws {
        let run = "a" + String(repeating: "\u{315}\u{300}", count: 25_000)
        let answer = try answer(.create, run, run)
        #expect(answer.code.unicodeScalars.count <= 32)
        #expect(answer.code.utf8.count <= 128)
        #expect(answer.words?.bytes.count ?? 0 <= Words.longest)
        let steps = Array(#"{"ThoiDiemXuLy":"1","TrangThai":"1","NoiDungXuLy":"\#(run)"}"#.utf8)
        let probe = try Samples.portal().answer(
            .success(
                HTTPResponse(
                    status: 200,
                    body: Array(#"{"error_code":"0","result":[{"TienDo":["#.utf8) + steps
                        + Array("]}]}".utf8))),
            to: .probe(DossierCode("H21-1"), history: steps), now: Samples.now.wall)
        #expect(probe.evidence == .present(stepsHeld: .all))
    }

    @Test("makes a contract's own empty namespace an error of that file")
    func namespace() throws {
        let trouble = #expect(throws: Trouble.self) {
            try Samples.edited(
                "csdlqgdc-soap", (#"namespace: "http://dancuquocgia.bca""#, #"namespace: " ""#))
        }
        #expect(trouble?.code == "LT-1105")
        #expect(trouble?.english.contains("namespace") == true)
    }
}
