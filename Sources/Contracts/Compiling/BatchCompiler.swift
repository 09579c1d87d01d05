internal import Operating

/// Compiles the `batch` of an operation, and `answers.items`.
struct BatchCompiler {
    /// Most steps of one delivery: what a history call must take in any case.
    let stepsPerDelivery: Int

    func bounds(_ operation: Settings, _ kind: Call.Kind) throws(Trouble) -> BatchBounds? {
        guard let section = try operation.optionalSection("batch") else { return nil }
        let standard = try section.integer("dossiers", default: 1, in: 1...1000)
        let most = try section.integer("most", default: standard, in: standard...1000)
        let bytes = try section.integer("bytes", default: 1_000_000, in: 1_024...67_108_864)
        guard kind == .history else {
            return BatchBounds(standard: standard, most: most, bytes: bytes, records: most)
        }
        // Steps are appended. Were some of a refused call's steps taken, sending its halves again would
        // double them: only a destination that takes all of a call or nothing can be split for.
        let isAtomic = try section.bool("atomic", default: false)
        guard isAtomic || most == 1 else {
            throw section.wrong("atomic", "true, for more than one dossier a call", "false")
        }
        let records = try section.integer(
            "records", default: stepsPerDelivery, in: stepsPerDelivery...10_000)
        return BatchBounds(standard: standard, most: most, bytes: bytes, records: records)
    }
}

extension AnswerCompiler {
    /// nil when the file has no such section, or has switched it off.
    func items(_ answers: Settings) throws(Trouble) -> ItemPlan? {
        // Only JSON calls carry several dossiers.
        guard !isXML, let section = try answers.optionalSection("items") else { return nil }
        let isOn = try section.bool("enabled", default: true)
        let word = try section.choice(
            "each", of: ItemPlan.Unit.allCases.map(\.rawValue),
            default: ItemPlan.Unit.record.rawValue)
        var rules: [AnswerRule] = []
        for rule in try section.sections("rules") { rules.append(try self.rule(rule)) }
        let plan = ItemPlan(
            list: split(try section.string("list")), dossier: split(try section.string("dossier")),
            codePaths: try requiredPaths(section, "code"),
            messagePaths: try paths(section, "message"),
            unit: ItemPlan.Unit(rawValue: word) ?? .record, rules: rules)
        return isOn ? plan : nil
    }
}
