internal import Wire

/// A call to one of the portal's data endpoints, read and checked but not yet carried out.
struct PortalCall {
    enum Endpoint { case integration, share }

    enum Content {
        case dossiers([CheckedDossier], isUpdating: Bool)
        case steps([CheckedStep])
        case probe(code: String)
        case procedure(code: String)
        case procedures, units, fields
        case none
    }

    var service = ""
    var session = ""
    var senderUnit = ""
    var content = Content.none
    /// What is wrong outside of the records.
    var breaches: [Breach] = []
    var key: UInt64?
    /// Of the service and the data, not of session and flag.
    var bodyDigest: UInt64 = 0

    /// The dossier that the call is about, the first of several.
    var code: String {
        switch content {
        case .dossiers(let dossiers, _): dossiers.first?.code ?? ""
        case .steps(let steps): steps.first?.code ?? ""
        case .probe(let code): code
        default: ""
        }
    }

    /// How many dossiers and steps it carries.
    var recordCount: Int {
        switch content {
        case .dossiers(let dossiers, _): dossiers.count
        case .steps(let steps): steps.count
        default: 0
        }
    }

    var carriesSeveralDossiers: Bool {
        switch content {
        case .dossiers(let dossiers, _): dossiers.count > 1
        case .steps(let steps): steps.contains { $0.code != steps.first?.code }
        default: false
        }
    }

    var subject: UInt64 { Hash64.of(code.utf8, from: Hash64.of(service)) }
}

/// Reads calls against the envelope of contracts.md §2.3 and the services of §2.5.
struct CallReader {
    let settings: PortalSettings
    let switches: Switches

    private static let services: [String: (endpoint: PortalCall.Endpoint, members: [String])] = [
        "DongBoHoSoMC": (.integration, ["isUpdating", "data"]),
        "CapNhatTienDoHoSoMC": (.integration, ["data"]),
        "TraCuuHoSo": (.integration, ["mahoso"]),
        "LayThuTuc": (.integration, ["maTTHC"]),
        "LayDanhSachTTHC": (.share, []),
        "LayDanhMucCoQuan": (.share, []),
        "LayDanhMucLinhVuc": (.share, []),
    ]

    /// nil when the body is no JSON object.
    func read(_ request: ServedRequest, _ endpoint: PortalCall.Endpoint) -> PortalCall? {
        guard let tape = JSONTape(request.body), tape.kind(tape.root) == .object else { return nil }
        var call = PortalCall()
        let members = envelope(tape, &call)
        if let header = request.headers.idempotencyKey {
            call.key = KeyRegister.parse(header)
            if call.key == nil { call.breaches.append(Breach(.keyShape, "Idempotency-Key")) }
        }
        guard let known = CallReader.services[call.service], known.endpoint == endpoint else {
            call.breaches.append(Breach(.service, "service"))
            return call
        }
        let expected = ["session", "madonvi", "service"] + known.members
        for name in expected where members[name] == nil {
            call.breaches.append(Breach(.memberMissing, name))
        }
        for name in members.keys where !expected.contains(name) {
            call.breaches.append(Breach(.memberUnknown, "envelope"))
        }
        content(tape, members, &call)
        return call
    }

    private func envelope(_ tape: JSONTape, _ call: inout PortalCall) -> [String: Int] {
        var members: [String: Int] = [:]
        var repeated: [Breach] = []
        tape.members(tape.root) { name, value in
            let name = String(decoding: name, as: UTF8.self)
            if members.updateValue(value, forKey: name) != nil {
                repeated.append(Breach(.memberRepeated, "envelope"))
            }
        }
        call.breaches += repeated
        func text(_ name: String) -> String {
            guard let node = members[name] else { return "" }
            guard let text = tape.string(node) else {
                call.breaches.append(Breach(.type, name))
                return ""
            }
            return text
        }
        call.service = text("service")
        call.session = text("session")
        call.senderUnit = text("madonvi")
        if members["madonvi"] != nil, call.senderUnit != settings.catalogue.senderUnit {
            call.breaches.append(Breach(.senderUnit, "madonvi"))
        }
        return members
    }

    private func content(_ tape: JSONTape, _ members: [String: Int], _ call: inout PortalCall) {
        switch call.service {
        case "DongBoHoSoMC": dossiers(tape, members, &call)
        case "CapNhatTienDoHoSoMC":
            guard let items = items(tape, members, limit: settings.stepLimit, &call) else { return }
            let reader = RecordReader(
                tape: tape, catalogue: settings.catalogue, switches: switches)
            let steps = items.map { reader.step($0) }
            if CallReader.isLaneTwice(steps.map { $0.code }, mayFollow: true) {
                call.breaches.append(Breach(.laneTwice, "MaHoSo"))
            }
            call.content = .steps(steps)
        case "TraCuuHoSo":
            guard let code = scalar("mahoso", tape, members, &call) else { return }
            if code.utf8.count > 50 || !TextShape.isDossierCode(Array(code.utf8)[...]) {
                call.breaches.append(Breach(.shape, "mahoso"))
            } else {
                call.content = .probe(code: code)
            }
        case "LayThuTuc":
            guard let code = scalar("maTTHC", tape, members, &call) else { return }
            call.content = .procedure(code: code)
        case "LayDanhSachTTHC": call.content = .procedures
        case "LayDanhMucCoQuan": call.content = .units
        default: call.content = .fields
        }
    }

    private func dossiers(_ tape: JSONTape, _ members: [String: Int], _ call: inout PortalCall) {
        let flag = members["isUpdating"].flatMap { tape.string($0) }
        if members["isUpdating"] != nil, flag != "True", flag != "False" {
            call.breaches.append(Breach(.isUpdating, "isUpdating"))
        }
        guard let items = items(tape, members, limit: settings.batchLimit, &call) else { return }
        let reader = RecordReader(tape: tape, catalogue: settings.catalogue, switches: switches)
        let dossiers = items.map { reader.dossier($0) }
        if CallReader.isLaneTwice(dossiers.map { $0.code }, mayFollow: false) {
            call.breaches.append(Breach(.laneTwice, "MaHoSo"))
        }
        call.content = .dossiers(dossiers, isUpdating: flag == "True")
    }

    private func items(
        _ tape: JSONTape, _ members: [String: Int], limit: Int, _ call: inout PortalCall
    ) -> [Int]? {
        guard let node = members["data"] else { return nil }
        guard tape.kind(node) == .array else {
            call.breaches.append(Breach(.type, "data"))
            return nil
        }
        call.bodyDigest = Hash64.of(tape.raw(node), from: Hash64.of(call.service))
        let items = tape.items(node)
        if items.isEmpty { call.breaches.append(Breach(.memberEmpty, "data")) }
        if items.count > limit, switches.choice(.limits) == "strict" {
            call.breaches.append(Breach(.tooManyItems, "data"))
        }
        return items
    }

    /// Whether one dossier stands in two places of a call; its steps may follow one another.
    private static func isLaneTwice(_ codes: [String], mayFollow: Bool) -> Bool {
        var seen: Set<String> = []
        var last = ""
        for code in codes where !code.isEmpty {
            if code == last, mayFollow { continue }
            guard seen.insert(code).inserted else { return true }
            last = code
        }
        return false
    }

    private func scalar(
        _ name: String, _ tape: JSONTape, _ members: [String: Int], _ call: inout PortalCall
    ) -> String? {
        guard let node = members[name] else { return nil }
        guard let text = tape.string(node) else {
            call.breaches.append(Breach(.type, name))
            return nil
        }
        if text.isEmpty { call.breaches.append(Breach(.memberEmpty, name)) }
        return text
    }
}
