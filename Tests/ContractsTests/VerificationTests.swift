import Contracts
import Dossiers
import Foundation
import Testing
import Wire

@Suite("An answer of the population database")
struct VerificationTests {
    let population: Contract

    init() throws { population = try Samples.population() }

    private func envelope(_ body: String) -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" \
        xmlns:ns2="http://dancuquocgia.bca"><s:Body>\(body)</s:Body></s:Envelope>
        """
    }

    private func lookup(
        _ person: Person, _ citizens: String, _ contract: Contract? = nil
    ) throws -> Answer {
        let contract = contract ?? population
        let body = try Samples.bytes(contract.renderPerson(person))
        let xml = envelope(
            "<ns2:R><ns2:CongdanCollection>\(citizens)</ns2:CongdanCollection></ns2:R>")
        return contract.answer(
            .success(HTTPResponse(status: 200, body: Array(xml.utf8))), to: .lookup(body: body),
            now: Samples.now.wall)
    }

    private func citizen(
        number: String = "000000000001", name: String = "<Ten>ĐỖ THỊ THỬ</Ten>",
        birth: String = "<NgayThangNam>19900101</NgayThangNam>"
    ) -> String {
        """
        <CongDan><SoDinhDanh>\(number)</SoDinhDanh><HoVaTen>\(name)</HoVaTen>
        <NgayThangNamSinh>\(birth)</NgayThangNamSinh></CongDan>
        """
    }

    @Test(
        "says yes or no",
        arguments: [
            ("true", Verification.matched), ("1", .matched), ("TRUE", .matched),
            ("false", .notFound), ("0", .notFound),
        ])
    func verify(_ text: String, _ finding: Verification) {
        let xml = envelope(
            "<ns2:R><ns2:KetQuaXacThuc><ns2:TonTai>\(text)</ns2:TonTai></ns2:KetQuaXacThuc></ns2:R>"
        )
        let answer = population.answer(
            .success(HTTPResponse(status: 200, body: Array(xml.utf8))), to: .verify(body: []),
            now: Samples.now.wall)
        #expect(answer.outcome == .acknowledged)
        #expect(answer.verification == finding)
    }

    @Test(
        "that says neither yes nor no is asked for again",
        arguments: ["<R/>", "<R><KetQuaXacThuc><TonTai>maybe</TonTai></KetQuaXacThuc></R>"])
    func neither(_ body: String) {
        for call in [Call.verify(body: []), .lookup(body: [])] {
            let answer = population.answer(
                .success(HTTPResponse(status: 200, body: Array(envelope(body).utf8))), to: call,
                now: Samples.now.wall)
            #expect(answer.outcome == .retry(afterMilliseconds: nil))
            #expect(answer.verification == nil)
        }
    }

    @Test("without a citizen means “not found”, and is no error")
    func notFound() throws {
        let answer = try lookup(Samples.person(), "")
        #expect(answer.outcome == .acknowledged)
        #expect(answer.verification == .notFound)
    }

    @Test("matches however the name is cut up, cased, composed or spaced")
    func names() throws {
        for name in [
            "<Ten>ĐỖ THỊ THỬ</Ten>", "<Ten>Đỗ Thị  Thử</Ten>", "ĐỖ THỊ THỬ",
            "<Ho>Đỗ</Ho><ChuDem>Thị</ChuDem><Ten>Thử</Ten>",
            "<Ho></Ho><Ten>\("Đỗ Thị Thử".decomposedStringWithCanonicalMapping)</Ten>",
        ] {
            #expect(
                try lookup(Samples.person(), citizen(name: name)).verification == .matched,
                "\(name)")
        }
    }

    @Test("names each element that differs")
    func mismatches() throws {
        func finding(_ citizen: String) throws -> Verification? {
            try lookup(Samples.person(), citizen).verification
        }
        #expect(try finding(citizen(number: "000000000002")) == .mismatched([.identityNumber]))
        #expect(try finding(citizen(name: "<Ten>ĐỖ THỊ THƯ</Ten>")) == .mismatched([.name]))
        #expect(
            try finding(citizen(birth: "<NgayThangNam>19900102</NgayThangNam>"))
                == .mismatched([.birth]))
        #expect(try finding(citizen(birth: "<Nam>1991</Nam>")) == .mismatched([.birth]))
        #expect(
            try finding(
                citizen(number: "0", name: "<Ten>X</Ten>", birth: "<Nam>1900</Nam>"))
                == .mismatched([.identityNumber, .name, .birth]))
    }

    @Test("agrees about a birth as far as both sides know it")
    func births() throws {
        func finding(_ birth: Person.Birth, _ xml: String) throws -> Verification? {
            try lookup(Samples.person(birth), citizen(birth: xml)).verification
        }
        let date = Person.Birth.date(year: 1990, month: 1, day: 1)
        #expect(try finding(date, "<Nam>1990</Nam>") == .matched)
        #expect(try finding(date, "<NgayThangNam>1990-01-01</NgayThangNam>") == .matched)
        #expect(try finding(.year(1990), "<NgayThangNam>19900520</NgayThangNam>") == .matched)
        #expect(try finding(.year(1990), "<Nam>1990</Nam>") == .matched)
        #expect(try finding(.year(1990), "<Nam>1989</Nam>") == .mismatched([.birth]))
        #expect(try finding(date, "") == .matched)
    }

    @Test("compares the CMND when that is what was asked")
    func legacy() throws {
        var person = Samples.person()
        person.identity = Identity(kind: .legacy, number: "000000001")
        let citizen = """
            <CongDan><SoDinhDanh>000000000001</SoDinhDanh><SoCMND>000000001</SoCMND>
            <HoVaTen><Ten>ĐỖ THỊ THỬ</Ten></HoVaTen></CongDan>
            """
        #expect(try lookup(person, citizen).verification == .matched)
    }

    @Test("of several citizens, judges by the one who differs least")
    func several() throws {
        let citizens = citizen(number: "000000000009") + citizen()
        #expect(try lookup(Samples.person(), citizens).verification == .matched)
    }

    @Test("ignores accents only where the file says so, or where names are sent without them")
    func accents() throws {
        let plain = citizen(name: "<Ten>DO THI THU</Ten>")
        #expect(try lookup(Samples.person(), plain).verification == .mismatched([.name]))
        let ignoring = try Samples.edited(
            "csdlqgdc-soap", ("ignoreAccents: false", "ignoreAccents: true"))
        #expect(try lookup(Samples.person(), plain, ignoring).verification == .matched)
        let sending = try Samples.edited(
            "csdlqgdc-soap", ("from: \"nameUpperCase\"", "from: \"nameUpperCaseWithoutAccents\""))
        #expect(try lookup(Samples.person(), plain, sending).verification == .matched)
        #expect(try lookup(Samples.person(), citizen(), sending).verification == .matched)
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var status: Int
        var body: String
        var outcome: Outcome
        var testDescription: String { "\(status) \(body.prefix(40)) → \(outcome.name)" }
    }

    static func fault(_ code: String, _ text: String) -> String {
        """
        <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault>\
        <faultcode>\(code)</faultcode><faultstring>\(text)</faultstring></s:Fault></s:Body></s:Envelope>
        """
    }

    static let rows = [
        Row(status: 500, body: fault("s:Server", "x"), outcome: .retry(afterMilliseconds: nil)),
        Row(status: 500, body: fault("s:Client", "element order"), outcome: .rejected),
        Row(status: 200, body: fault("soap:Client", "Sai chữ ký"), outcome: .refused),
        Row(status: 500, body: fault("s:Server", "Invalid signature"), outcome: .refused),
        Row(status: 200, body: fault("s:Client", "MaDVC không hợp lệ"), outcome: .refused),
        Row(status: 200, body: fault("s:Client.Authentication", "x"), outcome: .refused),
        Row(status: 401, body: "", outcome: .refused),
        Row(status: 404, body: "<html/>", outcome: .refused),
        Row(status: 429, body: "", outcome: .throttled(afterMilliseconds: 5000)),
        Row(status: 502, body: "<html>", outcome: .retry(afterMilliseconds: nil)),
        Row(status: 200, body: "<html/>", outcome: .retry(afterMilliseconds: nil)),
        Row(status: 200, body: "", outcome: .retry(afterMilliseconds: nil)),
        Row(
            status: 200, body: "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
            outcome: .retry(afterMilliseconds: nil)),
        Row(status: 400, body: "", outcome: .rejected),
    ]

    @Test("that is a fault or no answer means what the table says", arguments: rows)
    func faults(_ row: Row) {
        for call in [Call.verify(body: []), .lookup(body: [])] {
            let answer = population.answer(
                .success(HTTPResponse(status: row.status, body: Array(row.body.utf8))), to: call,
                now: Samples.now.wall)
            #expect(answer.outcome == row.outcome)
            #expect(answer.verification == nil)
        }
    }

    @Test("that never came is asked for again: a question changes nothing")
    func failures() {
        for call in [Call.verify(body: []), .lookup(body: [])] {
            let failure = HTTPFailure(kind: .timedOut, mayHaveArrived: true, detail: "")
            #expect(
                population.answer(.failure(failure), to: call, now: Samples.now.wall).outcome
                    == .retry(afterMilliseconds: nil))
        }
    }
}
