import Foundation
import Operating
import Synchronization
import Testing
import Wire

@testable import Sandbox

/// A clock that a test moves.
final class HandClock: Sendable {
    private let moment = Mutex(
        Moment(
            wall: Timestamp(vietnam: CivilTime(year: 2026, month: 1, day: 5, hour: 8)),
            steady: 1_000_000))

    var clock: WallClock { WallClock { [self] in self.moment.withLock { $0 } } }
    var now: Moment { moment.withLock { $0 } }

    func pass(milliseconds: Int64) {
        moment.withLock { $0 = $0.adding(milliseconds: milliseconds) }
    }
}

/// A running sandbox, a logged-in client on a connection of its own, and the clock between them.
final class PortalHarness {
    static let code = "H21.129-260105-0001"
    static let sender = "000.00.00.H21"
    static let login = "/VXPAdapter/RestService/forward/mapi/login"
    static let integration = "/VXPAdapter/RestService/forward/mapi/g"
    static let share = "/VXPAdapter/RestService/forward/mapi/share"

    let time = HandClock()
    let server: PortalServer
    let client: RawClient
    var session = ""

    init(
        _ switches: [String: String] = [:], seed: UInt64 = 1,
        http: HTTPServerSettings = HTTPServerSettings(), transport: (any HTTPTransport)? = nil,
        change: (inout PortalSettings) -> Void = { _ in }
    ) throws {
        var settings = PortalSettings(
            catalogue: PortalHarness.catalogue, people: PortalHarness.people)
        settings.seed = seed
        change(&settings)
        server = try PortalServer(
            settings, http: http, transport: transport, clock: time.clock)
        client = try RawClient(port: server.port)
        session = try openSession()
        try set(switches)
    }

    deinit { server.stop() }

    static let catalogue = Catalogue(
        senderUnit: sender,
        procedures: [
            Catalogue.Procedure(
                code: "1.001234", name: "Thủ tục thử", fieldCode: "G15-HT01", fieldName: "Hộ tịch"),
            Catalogue.Procedure(
                code: "2.005678", name: "Thủ tục khác", fieldCode: "G13-DD03", fieldName: "Đất đai"),
        ],
        units: [
            Catalogue.Unit(code: "H21.129", name: "UBND xã Thử"),
            Catalogue.Unit(code: "H21.30", name: "UBND huyện Cũ", deadSince: "20250701"),
        ])

    static let people = People([
        People.Person(number: "000000000001", name: "Nguyễn Văn Thử", birth: "19900101"),
        People.Person(number: "000000002", name: "Trần Thị Đo", birth: "1985"),
        People.Person(
            number: "000000000003", name: "Lê Vắng Mặt", birth: "19700707", isPresent: false),
    ])

    func set(_ switches: [String: String]) throws {
        for (name, value) in switches {
            #expect(server.portal.set(name, value, now: time.now) == nil)
        }
    }

    func openSession() throws -> String {
        let answer = try #require(
            try client.post(
                PortalHarness.login, #"{"username":"sandbox","password":"sandbox-password"}"#))
        return answer.json?["session"]?.text ?? ""
    }

    /// A data call; nil when the connection was dropped.
    func call(
        _ body: String, key: String? = nil, path: String = PortalHarness.integration,
        headers: [String: String] = [:]
    ) throws -> RawAnswer? {
        var all = ["dstcode": "VN:GOV:SANDBOX:dvcqg"]
        if let key { all["Idempotency-Key"] = "\"\(key)\"" }
        all.merge(headers) { $1 }
        return try client.post(path, body, headers: all)
    }

    func create(_ records: String..., key: String? = nil) throws -> RawAnswer? {
        try call(envelope("DongBoHoSoMC", records, updating: "False"), key: key)
    }

    func update(_ records: String..., key: String? = nil) throws -> RawAnswer? {
        try call(envelope("DongBoHoSoMC", records, updating: "True"), key: key)
    }

    func progress(_ records: String..., key: String? = nil) throws -> RawAnswer? {
        try call(envelope("CapNhatTienDoHoSoMC", records), key: key)
    }

    func probe(_ code: String = PortalHarness.code) throws -> RawAnswer? {
        try call(
            #"{"session":"\#(session)","madonvi":"\#(PortalHarness.sender)","#
                + #""service":"TraCuuHoSo","mahoso":"\#(code)"}"#)
    }

    func envelope(_ service: String, _ records: [String], updating: String? = nil) -> String {
        let flag = updating.map { #""isUpdating":"\#($0)","# } ?? ""
        return #"{"session":"\#(session)","madonvi":"\#(PortalHarness.sender)","#
            + #""service":"\#(service)",\#(flag)"data":[\#(records.joined(separator: ","))]}"#
    }

    /// What `GET /sandbox/…` answers.
    func ask(_ path: String) throws -> JSONValue {
        let answer = try #require(try client.get("/sandbox/\(path)"))
        return try #require(answer.json)
    }

    func count(_ name: String) throws -> Int {
        Int(try ask("counters")[name]?.text ?? "") ?? -1
    }

    /// Rules broken so far, in order.
    var rules: [String] { server.portal.violations.latest.map { $0.rule.rawValue } }
}
