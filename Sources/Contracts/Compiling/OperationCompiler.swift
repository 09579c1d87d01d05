internal import Operating
internal import Wire

/// Compiles `endpoints`, `headers` and `operations`.
struct OperationCompiler {
    let root: Settings
    let names: Template.Names
    let soap: SOAPDialect?
    let authentication: Authentication
    let batches: BatchCompiler

    func compile() throws(Trouble) -> [Call.Kind: OperationPlan] {
        let timeout = try root.duration("timeout", default: "30s", in: 100...600_000)
        let endpoints = try endpoints()
        let common = try headers(root)
        let section = try root.section("operations")
        var plans: [Call.Kind: OperationPlan] = [:]
        for kind in Call.Kind.allCases {
            guard let operation = try section.optionalSection(kind.rawValue) else { continue }
            let endpoint = try operation.string("endpoint")
            guard let address = endpoints[endpoint] else {
                throw .contractUnknownName(
                    file: root.file, place: "\(operation.place).endpoint", name: endpoint,
                    nearest: Nearest.of(endpoint, among: Array(endpoints.keys)))
            }
            let own = try headers(operation)
            plans[kind] = OperationPlan(
                endpoint: address,
                // An operation's own header takes the place of a common one of that name.
                headers: common.filter { header in
                    !own.contains { $0.name.lowercased() == header.name.lowercased() }
                } + own,
                envelope: try envelope(operation, kind),
                timeoutMilliseconds: try operation.duration(
                    "timeout", default: "\(timeout)ms", in: 100...600_000),
                repeatedStep: kind == .history ? try repeatedStep(operation) : .unknown,
                batch: kind.isWrite ? try batches.bounds(operation, kind) : nil)
        }
        return plans
    }

    private func repeatedStep(_ operation: Settings) throws(Trouble) -> RepeatedStep {
        let word = try operation.choice(
            "repeatedStep", of: RepeatedStep.allCases.map(\.rawValue),
            default: RepeatedStep.unknown.rawValue)
        return RepeatedStep(rawValue: word) ?? .unknown
    }

    private func endpoints() throws(Trouble) -> [String: Template] {
        let section = try root.section("endpoints")
        var endpoints: [String: Template] = [:]
        for name in section.keys {
            let template = try section.template(name, names)
            // Addresses appear in messages of the transport; secrets must not.
            guard !template.usesSecrets, !template.uses(.session) else {
                throw section.wrong(name, "an address without secrets", "one with a secret")
            }
            endpoints[name] = template
        }
        return endpoints
    }

    private func headers(_ section: Settings) throws(Trouble) -> [HeaderPlan] {
        var headers: [HeaderPlan] = []
        for header in try section.sections("headers") {
            let name = try header.string("name")
            guard HTTPToken.isValid(name) else {
                throw header.wrong("name", "a header name", "\"\(name)\"")
            }
            headers.append(
                HeaderPlan(
                    name: name, value: try header.template("value", names),
                    isOmittedWhenEmpty: try header.bool("omitWhenEmpty", default: false)))
        }
        return headers
    }

    private func envelope(_ operation: Settings, _ kind: Call.Kind) throws(Trouble) -> Envelope {
        let isQuestion = kind == .verify || kind == .lookup
        guard isQuestion == (soap != nil) else {
            throw .contractCallNotInEncoding(
                file: root.file, place: operation.place, call: kind.rawValue)
        }
        if let soap { return .soap(try soapEnvelope(operation, soap)) }
        let carriesRecords = kind.isWrite
        guard operation.has("envelope") else {
            guard carriesRecords else { throw operation.missing("envelope") }
            let bare = try operation.choice("bare", of: ["list", "record"], default: "list")
            return bare == "record" ? .bareRecord : .bareList
        }
        var members: [Envelope.JSONMember] = []
        for member in try operation.sections("envelope") {
            let name = try member.string("name")
            let isRecords = try member.bool("records", default: false)
            guard !members.contains(where: { $0.name == name }) else {
                throw .contractNameTwice(file: root.file, place: "\(member.place).name")
            }
            members.append(
                Envelope.JSONMember(
                    name: name, key: JSONWriter.render(key: name),
                    content: isRecords ? .records : .text(try member.template("value", names))))
        }
        try checkSlots(members, operation, kind, carriesRecords: carriesRecords)
        return .json(members)
    }

    private func checkSlots(
        _ members: [Envelope.JSONMember], _ operation: Settings, _ kind: Call.Kind,
        carriesRecords: Bool
    ) throws(Trouble) {
        var records = 0
        var hasSession = false
        var hasCode = false
        for member in members {
            switch member.content {
            case .records: records += 1
            case .text(let template):
                hasSession = hasSession || template.uses(.session)
                hasCode = hasCode || template.uses(.code)
            }
        }
        guard records == (carriesRecords ? 1 : 0) else {
            throw operation.wrong(
                "envelope",
                carriesRecords ? "a list with one { records: true }" : "without records",
                "one with \(records)")
        }
        if case .sessionInBody = authentication, kind != .login, !hasSession {
            throw operation.wrong("envelope", "a list that uses ${session}", "one that does not")
        }
        if kind == .probe, !hasCode {
            throw operation.wrong("envelope", "a list that uses ${code}", "one that does not")
        }
    }

    private func soapEnvelope(_ operation: Settings, _ dialect: SOAPDialect) throws(Trouble)
        -> SOAPEnvelope
    {
        var elements: [SOAPEnvelope.Element] = []
        var persons = 0
        for member in try operation.sections("envelope") {
            if try member.bool("person", default: false) {
                persons += 1
                elements.append(SOAPEnvelope.Element(content: .person))
            } else {
                let content = SOAPEnvelope.Element.Content.text(
                    name: try member.xmlName("name"), try member.template("value", names),
                    isOmittedWhenEmpty: try member.bool("omitWhenEmpty", default: false))
                elements.append(SOAPEnvelope.Element(content: content))
            }
        }
        guard persons == 1 else {
            throw operation.wrong(
                "envelope", "a list with one { person: true }", "one with \(persons)")
        }
        return SOAPEnvelope(
            dialect: dialect, operation: try operation.xmlName("element"), elements: elements)
    }
}

extension Settings {
    /// A name that becomes an XML element.
    func xmlName(_ key: String) throws(Trouble) -> String {
        let name = try string(key)
        guard XMLName.isValid(name) else { throw wrong(key, "an XML name", "\"\(name)\"") }
        return name
    }
}

/// Header names (RFC 9110 §5.6.2, `token`).
enum HTTPToken {
    static func isValid(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy {
                $0 > 0x20 && $0 < 0x7F && !"()<>@,;:\\\"/[]?={}".utf8.contains($0)
            }
    }
}
