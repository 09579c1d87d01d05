internal import Wire

/// A question to the population database, read from its SOAP body (contracts.md §4.2).
struct PopulationRequest {
    enum Operation: String {
        case verify = "XacThucThongTinCongDan"
        case lookUp = "TraCuuThongTinCongDan"

        /// `MaTichHop` of the data package that the operation serves.
        var integrationCode: String { self == .verify ? "003" : "037" }
    }

    static let soap = "http://schemas.xmlsoap.org/soap/envelope/"
    static let population = "http://dancuquocgia.bca"
    /// In the order of the schema; all children belong to the service's namespace.
    static let elements = [
        "MaYeuCau", "MaDVC", "MaTichHop", "MaCanBo", "MaDonVi", "TaiKhoan", "SoDienThoai",
        "SoDinhDanh", "SoCMND", "HoVaTen", "NgayThangNamSinh",
    ]

    var operation = Operation.verify
    var requestID = ""
    var number = ""
    var name = ""
    /// `yyyyMMdd` or `yyyy`.
    var birth = ""
    var breaches: [Breach] = []

    init(body: [UInt8], isStrict: Bool) {
        guard let envelope = try? XMLElement(parsing: body) else {
            breaches = [Breach(.soapSyntax, "Envelope")]
            return
        }
        guard envelope.name == "Envelope", let inner = envelope.child("Body"),
            inner.children.count == 1, let call = inner.children.first,
            let operation = Operation(rawValue: call.name)
        else {
            breaches = [Breach(.soapSyntax, "Body")]
            return
        }
        self.operation = operation
        if envelope.namespace != PopulationRequest.soap
            || inner.namespace != PopulationRequest.soap
            || call.namespace != PopulationRequest.population
        {
            report(.soapNamespace, call.name)
        }
        checkOrder(call)
        read(call, isStrict: isStrict)
    }

    private mutating func report(_ rule: Rule, _ field: String) {
        breaches.append(Breach(rule, field))
    }

    private mutating func checkOrder(_ call: XMLElement) {
        var last = -1
        for child in call.children {
            guard let place = PopulationRequest.elements.firstIndex(of: child.name) else {
                report(.elementUnknown, call.name)
                continue
            }
            if place == last { report(.elementRepeated, child.name) }
            if place < last { report(.elementOrder, child.name) }
            if child.namespace != PopulationRequest.population {
                report(.soapNamespace, child.name)
            }
            last = max(last, place)
        }
    }

    private mutating func read(_ call: XMLElement, isStrict: Bool) {
        requestID = filled(call, "MaYeuCau")
        _ = filled(call, "MaDVC")
        let code = filled(call, "MaTichHop")
        if !code.isEmpty, code != operation.integrationCode {
            report(.integrationCode, "MaTichHop")
        }
        _ = filled(call, "MaCanBo")
        readNumber(call)
        name = filled(call, "HoVaTen")
        if isStrict, name != name.uppercased() { report(.nameCase, "HoVaTen") }
        readBirth(call)
    }

    private mutating func filled(_ call: XMLElement, _ element: String) -> String {
        guard let child = call.child(element) else {
            report(.elementMissing, element)
            return ""
        }
        let facts = TextFacts(Array(child.text.utf8)[...])
        if facts.hasControl || facts.hasLineEnd { report(.controlCharacter, element) }
        if !facts.isComposed { report(.notComposed, element) }
        if child.text.isEmpty { report(.memberEmpty, element) }
        return child.text
    }

    private mutating func readNumber(_ call: XMLElement) {
        let given = ["SoDinhDanh", "SoCMND"].filter { call.child($0) != nil }
        guard given.count == 1, let element = given.first else {
            return report(given.isEmpty ? .elementMissing : .elementRepeated, "SoDinhDanh")
        }
        number = filled(call, element)
        let digits = Array(number.utf8)[...]
        if digits.count != (element == "SoDinhDanh" ? 12 : 9) || !TextShape.isDigits(digits) {
            report(.identityShape, element)
        } else if !TextShape.isInvented(digits) {
            report(.identityReal, element)
        }
    }

    private mutating func readBirth(_ call: XMLElement) {
        guard let outer = call.child("NgayThangNamSinh") else {
            return report(.elementMissing, "NgayThangNamSinh")
        }
        guard outer.children.count == 1, let inner = outer.children.first,
            inner.namespace == PopulationRequest.population
        else { return report(.birth, "NgayThangNamSinh") }
        birth = inner.text
        let bytes = Array(birth.utf8)[...]
        let isRight =
            switch inner.name {
            case "Nam": bytes.count == 4 && TextShape.isDigits(bytes) && bytes.first != 0x30
            case "NgayThangNam":
                bytes.count == 8 && TextShape.isTime((birth + "000000").utf8.map { $0 }[...])
            default: false
            }
        if !isRight { report(.birth, "NgayThangNamSinh") }
    }
}
