internal import Operating

/// Compiles `answers`, `probe` and `verification`.
struct AnswerCompiler {
    let root: Settings
    let isXML: Bool

    init(root: Settings, isXML: Bool) throws(Trouble) {
        self.root = root
        self.isXML = isXML
    }

    func compile(needsSession: Bool) throws(Trouble) -> AnswerPlan {
        let section = try root.section("answers")
        let sessions = try paths(section, "session")
        if needsSession, sessions.isEmpty { throw section.missing("session") }
        var rules: [AnswerRule] = []
        for rule in try section.sections("rules") { rules.append(try self.rule(rule)) }
        guard !rules.isEmpty else { throw section.missing("rules") }
        return AnswerPlan(
            isXML: isXML, codePaths: try paths(section, "code"),
            messagePaths: try paths(section, "message"), sessionPaths: sessions, rules: rules,
            items: try items(section))
    }

    func probe() throws(Trouble) -> ProbePlan? {
        guard let section = try root.optionalSection("probe") else { return nil }
        let steps = try section.optionalString("steps").map(split)
        let compared = try section.strings("compare")
        if steps != nil, compared.isEmpty { throw section.missing("compare") }
        return ProbePlan(
            records: split(try section.string("records")), steps: steps, compared: compared)
    }

    func verification(of person: [PersonMember]) throws(Trouble) -> VerificationPlan? {
        guard let section = try root.optionalSection("verification") else { return nil }
        let asked = AskedPaths(person)
        guard !asked.numbers.isEmpty, !asked.names.isEmpty, !asked.births.isEmpty else {
            throw .contractIncomplete(
                file: root.file, place: "records.person", neededBy: "verification")
        }
        return VerificationPlan(
            exists: split(try section.string("exists")),
            collection: split(try section.string("collection")),
            citizen: try section.string("citizen"),
            numbers: try requiredPaths(section, "number"),
            names: try requiredPaths(section, "name"),
            births: try requiredPaths(section, "birth"),
            ignoresAccents: try section.bool("ignoreAccents", default: false)
                || asked.namesLackAccents,
            asked: asked)
    }

    func rule(_ section: Settings) throws(Trouble) -> AnswerRule {
        var calls: Set<Call.Kind> = []
        for word in try section.strings("calls") {
            guard let call = Call.Kind(rawValue: word) else {
                throw unknown(section, "calls", word, Call.Kind.allCases.map(\.rawValue))
            }
            calls.insert(call)
        }
        var phrases: [Phrase] = []
        for pattern in try section.strings("phrases") {
            guard let phrase = Phrase(pattern) else {
                throw section.wrong("phrases", "texts that are not empty", "\"\(pattern)\"")
            }
            phrases.append(phrase)
        }
        let form = try section.optionalString("body")
        guard let outcome = AnswerRule.Verdict(rawValue: try section.string("outcome")) else {
            throw unknown(
                section, "outcome", try section.string("outcome"),
                AnswerRule.Verdict.allCases.map(\.rawValue))
        }
        let knownForms = AnswerFacts.Form.allCases.map(\.rawValue)
        if let form, AnswerFacts.Form(rawValue: form) == nil {
            throw unknown(section, "body", form, knownForms)
        }
        return AnswerRule(
            calls: calls, statuses: try statuses(section),
            codes: Set(try section.texts("codes").map(AnswerFacts.normal)), phrases: phrases,
            form: form.flatMap(AnswerFacts.Form.init(rawValue:)),
            hasRetryAfter: try optionalFlag(section, "retryAfter"),
            honoursKey: try optionalFlag(section, "keyHonoured"),
            isRepeat: try optionalFlag(section, "repeated"), outcome: outcome,
            defaultDelayMilliseconds: section.has("after")
                ? try section.duration("after", default: "0s", in: 0...86_400_000) : nil)
    }

    /// `"200"`, `"2xx"` or `"500-599"`.
    private func statuses(_ section: Settings) throws(Trouble) -> [ClosedRange<Int>] {
        var ranges: [ClosedRange<Int>] = []
        for text in try section.texts("http") {
            let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            if text.utf8.count == 3, text.hasSuffix("xx"), let hundred = Int(text.prefix(1)) {
                ranges.append(hundred * 100...hundred * 100 + 99)
            } else if ends.count == 1, let only = ends[0], (100...999).contains(only) {
                ranges.append(only...only)
            } else if ends.count == 2, let low = ends[0], let high = ends[1], low <= high {
                ranges.append(low...high)
            } else {
                throw section.wrong("http", "\"200\", \"2xx\" or \"500-599\"", "\"\(text)\"")
            }
        }
        return ranges
    }

    private func optionalFlag(_ section: Settings, _ key: String) throws(Trouble) -> Bool? {
        section.has(key) ? try section.bool(key, default: false) : nil
    }

    private func unknown(_ section: Settings, _ key: String, _ name: String, _ known: [String])
        -> Trouble
    {
        .contractUnknownName(
            file: root.file, place: "\(section.place).\(key)", name: name,
            nearest: Nearest.of(name, among: known))
    }

    func requiredPaths(_ section: Settings, _ key: String) throws(Trouble) -> [[String]] {
        let found = try paths(section, key)
        if found.isEmpty { throw section.missing(key) }
        return found
    }

    func paths(_ section: Settings, _ key: String) throws(Trouble) -> [[String]] {
        try section.strings(key).map(split)
    }

    /// `result.0.TienDo` in JSON, `Body/*/TonTai` in XML.
    func split(_ path: String) -> [String] {
        path.split(separator: isXML ? "/" : ".").map(String.init)
    }
}
