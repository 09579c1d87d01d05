internal import Operating

/// Reads a contract file into a ``ContractPlan``, once, and refuses what cannot work: every name that it
/// uses is known, every code table is whole, every call has what it needs.
struct ContractCompiler {
    let root: Settings

    init(_ root: Settings) { self.root = root }

    func compile() throws(Trouble) -> ContractPlan {
        let title = try root.section("title")
        let settings = try keys("settings")
        let secrets = try keys("secrets")
        let names = Template.Names(settings: settings, secrets: secrets)
        if let twice = settings.first(where: { key in
            secrets.contains { $0.name == key.name } || Template.Slot(rawValue: key.name) != nil
        }) {
            throw .contractNameTwice(file: root.file, place: "settings.\(twice.name)")
        }
        let soap = try dialect()
        let authentication = try authentication(names)
        let idempotency = try root.optionalSection("idempotency")
        let batch = try root.optionalSection("batch")
        let steps = try batch?.integer("steps", default: 1, in: 1...1000) ?? 1
        let operations = try OperationCompiler(
            root: root, names: names, soap: soap, authentication: authentication,
            batches: BatchCompiler(stepsPerDelivery: steps)
        ).compile()
        let records = try RecordCompiler(root: root, isSOAP: soap != nil).compile()
        let answers = try AnswerCompiler(root: root, isXML: soap != nil)
        let order = try OrderCompiler(root: root, step: records.step, texts: records.texts)
            .compile()
        let plan = ContractPlan(
            name: try root.string("contract"),
            titleVietnamese: try title.string("vi"), title: try title.string("en"),
            settings: settings, secrets: secrets, authentication: authentication, soap: soap,
            idempotencyHeader: try idempotency?.optionalString("header"),
            honoursIdempotencyKey: try idempotency?.bool("honoured", default: false) ?? false,
            stepsPerDelivery: steps,
            order: order?.order, stepStatuses: order?.statuses ?? [],
            repeatedStep: operations[.history]?.repeatedStep ?? .unknown,
            needsProcedures: try root.choice(
                "procedures", of: ["all", "listed"], default: "all") == "listed",
            operations: operations, texts: records.texts, state: records.state, step: records.step,
            person: records.person,
            answers: try answers.compile(needsSession: operations[.login] != nil),
            probe: try answers.probe(), keepsCookies: try root.bool("cookies", default: false),
            verification: try answers.verification(of: records.person))
        try root.finish()
        try check(plan)
        return plan
    }

    private func keys(_ name: String) throws(Trouble) -> [ContractKey] {
        guard let section = try root.optionalSection(name) else { return [] }
        var keys: [ContractKey] = []
        for name in section.keys {
            let key = try section.section(name)
            keys.append(
                ContractKey(
                    name: name, vietnamese: try key.string("vi"), english: try key.string("en"),
                    defaultValue: try key.optionalString("default"),
                    isRequired: try key.bool("required", default: false)))
        }
        return keys
    }

    private func dialect() throws(Trouble) -> SOAPDialect? {
        switch try root.choice("encoding", of: ["json", "soap"], default: nil) {
        case "soap":
            let section = try root.section("soap")
            let prefix = try section.string("prefix")
            guard XMLName.isValid(prefix), prefix != "soapenv" else {
                throw section.wrong("prefix", "an XML prefix such as \"dan\"", "\"\(prefix)\"")
            }
            let namespace = try section.string("namespace")
            guard !namespace.utf8.allSatisfy({ $0 <= 0x20 }) else {
                // A prefix cannot stand for no namespace: the envelope would be no XML.
                throw section.wrong(
                    "namespace", "the service's namespace", "\"\(namespace)\"")
            }
            return SOAPDialect(namespace: namespace, prefix: prefix)
        default: return nil
        }
    }

    private func authentication(_ names: Template.Names) throws(Trouble) -> Authentication {
        let section = try root.section("authentication")
        let kinds = ["none", "sessionInBody", "bearer", "basicSignedSHA256"]
        switch try section.choice("kind", of: kinds, default: nil) {
        case "sessionInBody":
            return .sessionInBody(
                lifetimeMilliseconds: try section.duration(
                    "lifetime", default: "10m", in: 1000...86_400_000))
        case "bearer":
            return .bearer(
                lifetimeMilliseconds: try section.duration(
                    "lifetime", default: "10m", in: 1000...86_400_000))
        case "basicSignedSHA256":
            return .basicSignedSHA256(
                SignedBasic(
                    username: try section.template("username", names),
                    secretKey: try section.template("secretKey", names),
                    timestampUnit: try section.template(
                        "timestampUnit", names, default: "milliseconds"),
                    timestampHeader: try section.string("timestampHeader", default: "Timestamp"),
                    signedURL: try section.template("signedURL", names, default: "")))
        default: return .none
        }
    }

    /// Rules that concern several sections at once.
    private func check(_ plan: ContractPlan) throws(Trouble) {
        let calls = plan.operations
        func need(_ call: Call.Kind, for section: String) throws(Trouble) {
            if calls[call] == nil {
                throw .contractIncomplete(
                    file: root.file, place: "operations.\(call.rawValue)", neededBy: section)
            }
        }
        func need(_ isThere: Bool, _ section: String, for call: Call.Kind) throws(Trouble) {
            if calls[call] != nil, !isThere {
                throw .contractIncomplete(
                    file: root.file, place: section, neededBy: "operations.\(call.rawValue)")
            }
        }
        if plan.authentication.sessionLifetimeMilliseconds != nil {
            try need(.login, for: "authentication")
        }
        if plan.order != nil {
            // Each step is acknowledged before the next goes, so no body may carry two.
            guard plan.stepsPerDelivery == 1 else {
                throw try root.section("batch").wrong(
                    "steps", "1, because \"order\" sends one step at a time",
                    "\(plan.stepsPerDelivery)")
            }
        }
        if case .bareRecord = calls[.history]?.envelope, plan.stepsPerDelivery > 1 {
            throw try root.section("batch").wrong(
                "steps", "1, because operations.history sends the record itself",
                "\(plan.stepsPerDelivery)")
        }
        if !plan.state.isEmpty {
            try need(.create, for: "records.state")
            try need(.update, for: "records.state")
        }
        if !plan.step.isEmpty { try need(.history, for: "records.step") }
        if !plan.person.isEmpty { try need(.verify, for: "records.person") }
        if plan.probe != nil { try need(.probe, for: "probe") }
        // After a lost answer each dossier's steps are asked about on their own.
        if let batch = calls[.history]?.batch, batch.most > 1 {
            try need(.probe, for: "operations.history.batch")
        }
        try need(!plan.state.isEmpty, "records.state", for: .create)
        try need(!plan.state.isEmpty, "records.state", for: .update)
        try need(!plan.step.isEmpty, "records.step", for: .history)
        try need(!plan.person.isEmpty, "records.person", for: .verify)
        try need(!plan.person.isEmpty, "records.person", for: .lookup)
        try need(plan.probe != nil, "probe", for: .probe)
        try need(plan.verification != nil, "verification", for: .verify)
    }
}

extension Settings {
    /// A template at a key of this section; required unless there is a default.
    func template(_ key: String, _ names: Template.Names, default value: String? = nil)
        throws(Trouble) -> Template
    {
        guard let text = try optionalString(key) ?? value else { throw missing(key) }
        let place = place.isEmpty ? key : "\(place).\(key)"
        do throws(Template.Fault) {
            return try Template(text, names)
        } catch {
            switch error {
            case .unclosed: throw wrong(key, "text in which every ${ has its }", "\"\(text)\"")
            case .unknownName(let name):
                throw .contractUnknownName(
                    file: file, place: place, name: name,
                    nearest: Nearest.of(name, among: names.all))
            }
        }
    }
}

/// Names that may stand in XML unquoted, as far as national systems use them.
enum XMLName {
    static func isValid(_ name: String) -> Bool {
        guard let first = name.utf8.first, isLetter(first) else { return false }
        return name.utf8.allSatisfy {
            isLetter($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
    }
}
