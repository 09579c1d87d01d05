internal import Operating

extension UnitTable {
    static func read(_ settings: Settings) throws(Trouble) -> UnitTable {
        var table = UnitTable()
        for section in try settings.sections("units") {
            let entry = try entry(section)
            guard table.insert(entry) else {
                throw .codeGivenTwice(
                    file: settings.file, place: section.place, code: entry.unit.code)
            }
        }
        for section in try settings.sections("communes") {
            let code = try communeCode("code", in: section)
            guard table.communes.updateValue(try oldCommune(section), forKey: code) == nil else {
                throw .codeGivenTwice(file: settings.file, place: section.place, code: code)
            }
        }
        try table.refuseCircles(file: settings.file)
        return table
    }

    private static func entry(_ section: Settings) throws(Trouble) -> Entry {
        let unit = try unit(section)
        let until = try optionalDay("until", in: section)
        var successors: [Unit] = []
        if let one = try section.optionalSection("successor") {
            successors.append(try Self.unit(one))
        }
        for several in try section.sections("successors") {
            var successor = try Self.unit(several)
            successor.communes = try several.strings("communes")
            successors.append(successor)
        }
        if until == nil, !successors.isEmpty { throw section.missing("until") }
        return Entry(unit, until: until, successors: successors)
    }

    private static func unit(_ section: Settings) throws(Trouble) -> Unit {
        Unit(
            code: TextCleaner.line(try section.string("code")),
            name: TextCleaner.line(try section.string("name")))
    }

    private static func oldCommune(_ section: Settings) throws(Trouble) -> OldCommune {
        guard let until = try optionalDay("until", in: section) else {
            throw section.missing("until")
        }
        let successor = try section.optionalString("successor")
        if successor != nil { _ = try communeCode("successor", in: section) }
        let unit = try section.optionalSection("unit")
        return OldCommune(
            until: until, successor: successor ?? "",
            unit: try unit.map { section throws(Trouble) in try Self.unit(section) })
    }

    private static func communeCode(_ key: String, in section: Settings) throws(Trouble) -> String {
        let code = try section.string(key)
        guard CommuneRegister.number(code) != nil else {
            throw .codeMalformed(
                file: section.file, place: "\(section.place).\(key)", expected: "nnnnn")
        }
        return code
    }

    private static func optionalDay(
        _ key: String, in section: Settings
    ) throws(Trouble) -> CivilDate? {
        guard let text = try section.optionalString(key) else { return nil }
        guard let day = CivilDate(text) else {
            throw .codeMalformed(
                file: section.file, place: "\(section.place).\(key)", expected: "yyyy-MM-dd")
        }
        return day
    }

    /// A chain of successors must end; one that comes back to its start never names a unit.
    private func refuseCircles(file: String) throws(Trouble) {
        for start in ended {
            var reached: Set<String> = []
            var open = start.successors.map { $0.code }
            while let code = open.popLast() {
                guard reached.insert(UnitCode.canonical(code)).inserted,
                    let next = entry(code: code, name: ""), next.until != nil
                else { continue }
                open += next.successors.map { $0.code }
            }
            if reached.contains(UnitCode.canonical(start.unit.code)) {
                throw .successorsInCircle(file: file, code: start.unit.code)
            }
        }
    }
}
