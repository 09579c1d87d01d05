import Contracts
import Dossiers
import Operating
import Testing
import Wire

@Suite("A question to the population database")
struct PopulationTests {
    let population: Contract
    let nonce: [UInt8] = [0xAB, 0xCD, 1, 2]

    init() throws { population = try Samples.population() }

    private func request(_ call: Call, _ account: Account = Samples.populationAccount) throws
        -> HTTPRequest
    {
        try population.request(
            call, account: account, session: nil, key: SHA256.digest([1]), now: Samples.now,
            nonce: nonce)
    }

    private func body(_ person: Person) throws -> [UInt8] {
        try Samples.bytes(population.renderPerson(person))
    }

    @Test("has the elements of the service in their strict order")
    func golden() throws {
        let person = try body(Samples.person())
        try expectGolden(try request(.verify(body: person)).body, "soap-verify.xml")
        try expectGolden(try request(.lookup(body: person)).body, "soap-lookup.xml")
    }

    @Test("asks by year when only the year of birth is known, and by CMND when that is the number")
    func yearAndLegacy() throws {
        var person = Samples.person(.year(1990))
        person.identity = Identity(kind: .legacy, number: "000000001")
        try expectGolden(
            try request(.lookup(body: try body(person))).body, "soap-lookup-year-cmnd.xml")
    }

    @Test("carries the variant's extra elements, in their place, when they are configured")
    func variant() throws {
        var account = Samples.populationAccount
        account.settings["ma_don_vi"] = "000.00.00.H21"
        account.settings["tai_khoan"] = "officer"
        account.settings["so_dien_thoai"] = "0000000000"
        let request = try request(.verify(body: try body(Samples.person())), account)
        let root = try XMLElement(parsing: request.body)
        let operation = try #require(root.first(["Body", "XacThucThongTinCongDan"]))
        #expect(
            operation.children.map(\.name) == [
                "MaYeuCau", "MaDVC", "MaTichHop", "MaCanBo", "MaDonVi", "TaiKhoan", "SoDienThoai",
                "SoDinhDanh", "HoVaTen", "NgayThangNamSinh",
            ])
        #expect(operation.children.allSatisfy { $0.namespace == "http://dancuquocgia.bca" })
    }

    @Test("survives names with characters that XML reserves")
    func escaping() throws {
        var person = Samples.person()
        person.name = "A & B <c> \"d\" 'đ'"
        var account = Samples.populationAccount
        account.settings["ma_dvc"] = "<&>"
        let root = try XMLElement(
            parsing: try request(.lookup(body: try body(person)), account).body)
        let operation = try #require(root.first(["Body", "TraCuuThongTinCongDan"]))
        #expect(operation.child("HoVaTen")?.text == "A & B <C> \"D\" 'Đ'")
        #expect(operation.child("MaDVC")?.text == "<&>")
    }

    @Test("writes the name in upper case, accents kept or dropped as the file says")
    func names() throws {
        func name(_ contract: Contract) throws -> String? {
            let bytes = try Samples.bytes(contract.renderPerson(Samples.person()))
            let text = String(decoding: bytes, as: UTF8.self)
            return text.split(separator: "HoVaTen>").dropFirst().first.map {
                String($0.dropLast(6))
            }
        }
        #expect(try name(population) == "ĐỖ THỊ THỬ")
        let plain = try Samples.edited(
            "csdlqgdc-soap", ("from: \"nameUpperCase\"", "from: \"nameUpperCaseWithoutAccents\""))
        #expect(try name(plain) == "DO THI THU")
    }

    @Test("has a request identifier of its own on every attempt of every delivery")
    func requestIdentifier() throws {
        func identifier(_ nonce: [UInt8], after milliseconds: Int64 = 0) throws -> String? {
            let request = try population.request(
                .verify(body: try body(Samples.person())), account: Samples.populationAccount,
                session: nil, key: nil, now: Samples.now.adding(milliseconds: milliseconds),
                nonce: nonce)
            return try XMLElement(parsing: request.body)
                .first(["Body", "XacThucThongTinCongDan", "MaYeuCau"])?.text
        }
        #expect(try identifier([1, 2]) == "H21-DVC-20260105090000000-0102")
        #expect(try identifier([1, 2]) != identifier([1, 3]))
        #expect(try identifier([1, 2]) != identifier([1, 2], after: 1))
        let long = try #require(try identifier(Array(repeating: 0xFF, count: 32)))
        #expect(long.count <= 50)
    }

    @Test("is signed over address, user, time and key")
    func signature() throws {
        let request = try request(.verify(body: []))
        #expect(request.url == "https://population.example/dancu")
        #expect(
            request.headers == [
                HTTPHeader("Content-Type", "application/xml; charset=utf-8"),
                HTTPHeader("SOAPAction", "\"\""),
                // Computed apart: sha256sum of
                // https://population.example/dancusandbox1767578400000sandbox-secret
                HTTPHeader("Authorization", PopulationTests.signedMilliseconds),
                HTTPHeader("Timestamp", "1767578400000"),
            ])
    }

    @Test("is signed with seconds, or over another address, where the configuration says so")
    func signatureVariants() throws {
        var account = Samples.populationAccount
        account.settings["timestamp_unit"] = "seconds"
        account.settings["signed_url"] = "http://inner.example/svc"
        let headers = try request(.verify(body: []), account).headers
        #expect(headers.contains(HTTPHeader("Timestamp", "1767578400")))
        #expect(headers.contains(HTTPHeader("Authorization", PopulationTests.signedSeconds)))
        account.settings["timestamp_unit"] = "minutes"
        #expect(trouble { try request(.verify(body: []), account) }?.code == "LT-1125")
    }

    @Test("carries a gateway's headers only when they are configured")
    func gateway() throws {
        var account = Samples.populationAccount
        account.settings["x_road_client"] = "VN/GOV/1/app"
        account.secrets["api_key"] = Secret("k")
        let headers = try request(.verify(body: []), account).headers
        #expect(headers.contains(HTTPHeader("X-Road-Client", "VN/GOV/1/app")))
        #expect(headers.contains(HTTPHeader("ApiKey", "k")))
    }

    @Test("is not asked about a person without a name")
    func noName() {
        var person = Samples.person()
        person.name = ""
        #expect(
            Samples.hold(population.renderPerson(person)) == Hold(.fieldMissing, field: "HoVaTen"))
    }

    @Test("tells what the contract is, can do and needs")
    func description() {
        #expect(population.supports == [.verify])
        #expect(
            Samples.hold(population.renderState(Samples.fullDossier()))
                == Hold(.fieldMissing, field: "records.state"))
        #expect(population.calls == [.verify, .lookup])
        #expect(!population.needsSession)
        #expect(population.sessionLifetimeMilliseconds == .max)
        #expect(
            population.settingsNeeded.filter(\.isRequired).map(\.name)
                == ["ma_can_bo", "ma_dvc", "timestamp_unit"])
    }
}

extension PopulationTests {
    static let signedMilliseconds =
        "Basic c2FuZGJveDo3ZmY3ZDYyZWFmZGJkNTg4MjU3MWU1MjMxMDVjNjU5NDg5ZTUyODBjODM3ZDZhZTdkZWFkMDZi"
        + "OTA2NGQwNTU3"
    static let signedSeconds =
        "Basic c2FuZGJveDozZjNhNzYzMGQ4YmMxYzJkYmFhODg5OTQ0NGFhZGUyNGM0M2MyMGZkMDBkYzNkMTkwYTIxZTMz"
        + "NjhiMGVkNzZj"
}
