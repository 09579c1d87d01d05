package import Operating

/// The province's code tables (`Config/codes`), read by the oracle itself.
package struct OracleCodes: Sendable {
    struct Unit: Sendable {
        var code: String
        var name: String
        /// `YYYYMMDD` of the first day on which it is no more; nil while it is.
        var until: String?
        var successors: [Successor] = []
    }
    struct Successor: Sendable {
        var code: String
        var name: String
        var communes: [String]
    }
    struct Procedure: Sendable {
        var code: String
        var name: String
        var fieldCode: String
        var fieldName: String
    }

    struct OldCommune: Sendable {
        var until: String
        var hasSuccessor: Bool
        /// The name of the unit that handles its dossiers since; nil keeps the dossier's own.
        var unitName: String?
    }

    /// Words in lower case; 0 stands for "no such status at the portal".
    var statuses: [String: Int] = [:]
    var substatuses: [String: Int] = [:]
    var steps: [String: Int] = [:]
    var procedures: [String: Procedure] = [:]
    /// By code and, for rows without one, by name.
    var units: [String: Unit] = [:]
    var unitsByName: [String: Unit] = [:]
    var communes: Set<String> = []
    var oldCommunes: [String: OldCommune] = [:]

    package static func load(_ directory: String, units unitsFile: String?) throws(Trouble)
        -> OracleCodes
    {
        var codes = OracleCodes()
        let status = try Settings.load(path: "\(directory)/status.json5")
        codes.statuses = try words(status, "statuses")
        codes.substatuses = try words(status, "substatuses")
        codes.steps = try words(status, "steps")
        let procedures = try Settings.load(path: "\(directory)/procedures.json5")
        for row in try procedures.sections("procedures") {
            let field = try row.optionalSection("field")
            codes.procedures[try row.string("local")] = Procedure(
                code: try row.string("code"), name: try row.string("name", default: ""),
                fieldCode: try field?.string("code", default: "") ?? "",
                fieldName: try field?.string("name", default: "") ?? "")
        }
        let units = try Settings.load(path: unitsFile ?? "\(directory)/units.json5")
        for row in try units.sections("units") { try codes.add(row) }
        for row in try units.sections("communes") {
            codes.oldCommunes[try row.string("code")] = OldCommune(
                until: try row.string("until").filter { $0 != "-" },
                hasSuccessor: try row.optionalString("successor") != nil,
                unitName: try row.optionalSection("unit")?.string("name"))
        }
        let register = "\(directory)/administrative-units.csv"
        guard let text = readText(register) else {
            throw .sandboxFileUnreadable(register, option: "--codes")
        }
        for line in text.split(whereSeparator: \.isNewline).dropFirst() {
            let cells = line.split(separator: ",", omittingEmptySubsequences: false)
            if cells.count >= 3 { codes.communes.insert(String(cells[2])) }
        }
        return codes
    }

    private static func words(_ settings: Settings, _ key: String) throws(Trouble) -> [String: Int]
    {
        guard let section = try settings.optionalSection(key) else { return [:] }
        var words: [String: Int] = [:]
        for word in section.keys {
            words[word.lowercased()] = try section.integer(word, in: 0...10)
        }
        return words
    }

    private mutating func add(_ row: Settings) throws(Trouble) {
        var unit = Unit(code: try row.string("code"), name: try row.string("name"))
        unit.until = try row.optionalString("until")?.filter { $0 != "-" }
        if let one = try row.optionalSection("successor") {
            unit.successors.append(
                Successor(
                    code: try one.string("code"), name: try one.string("name"), communes: []))
        }
        for one in try row.sections("successors") {
            unit.successors.append(
                Successor(
                    code: try one.string("code"), name: try one.string("name"),
                    communes: try one.strings("communes")))
        }
        units[OracleCodes.folded(unit.code)] = unit
        unitsByName[unit.name] = unit
    }

    /// `000.00.01.H22` and `H22.01` are one unit (contracts.md §12.2).
    static func folded(_ code: String) -> String {
        let parts = code.uppercased().split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0].count == 3, Int(parts[0]) != nil,
            parts[3].first?.isLetter == true
        else { return code.uppercased() }
        var levels = parts.reversed().map(String.init)
        while levels.count > 1, levels[levels.count - 1].allSatisfy({ $0 == "0" }) {
            levels.removeLast()
        }
        return levels.joined(separator: ".")
    }

    /// A unit that no table lists goes by its commune.
    private func unit(
        named name: String, of commune: String, on day: String
    ) throws(OracleHold) -> String {
        guard commune.count == 5, Int(commune) != nil, !communes.contains(commune), !day.isEmpty
        else { return name }
        let old = oldCommunes[commune]
        guard day >= old?.until ?? "20250701" else { return name }
        guard let old, old.hasSuccessor || old.unitName != nil else {
            throw .unitWithoutSuccessor
        }
        return old.unitName ?? name
    }

    /// The unit to name on that day (`YYYYMMDD`).
    func unit(
        code: String, name: String, commune: String, on day: String
    ) throws(OracleHold) -> String {
        let listed = code.isEmpty ? unitsByName[name] : units[OracleCodes.folded(code)]
        guard var unit = listed else {
            if name.isEmpty { throw .unitUnmapped }
            return try unit(named: name, of: commune, on: day)
        }
        if unit.until == nil { return name.isEmpty ? unit.name : name }
        if day.isEmpty { throw .submissionMissing }
        var shown = name.isEmpty ? unit.name : name
        for _ in 0..<32 {
            guard let until = unit.until, day >= until else { return shown }
            let mine = unit.successors.filter { $0.communes.contains(commune) }
            let open = mine.isEmpty ? unit.successors.filter(\.communes.isEmpty) : mine
            guard open.count == 1 else { throw .unitWithoutSuccessor }
            shown = open[0].name
            guard let next = units[OracleCodes.folded(open[0].code)] else { return shown }
            unit = next
        }
        throw .unitWithoutSuccessor
    }
}
