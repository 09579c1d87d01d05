internal import Wire

/// The handling unit in force on the dossier's date (contracts.md §12.4, §14).
extension NormalizerPass {
    /// The unit to be named to the portal.
    ///
    /// - Parameter date: when the dossier was accepted, else submitted; nil when neither is known.
    mutating func unit(
        _ header: SourceRow<HeaderColumn>, date: Timestamp?
    ) throws(Hold) -> UnitTable.Unit {
        var unit = UnitTable.Unit(
            code: line(header, .unitCode), name: line(header, .unitName))
        let commune = line(header, .communeCode)
        let entry = rules.tables.units.entry(code: unit.code, name: unit.name)
        if unit.name.isEmpty {
            guard let entry else {
                throw Hold(
                    .unitUnmapped, field: HeaderColumn.unitCode.place,
                    unmapped: NormalizerPass.shown(unit.code))
            }
            unit.name = entry.unit.name
        }
        let day = date.map { civilDay(of: $0) }
        guard let entry else { return try unitOfCommune(commune, unit, on: day) }
        if entry.until == nil { return unit }
        return try successor(of: entry, as: unit, on: day, commune: commune)
    }

    private func civilDay(of timestamp: Timestamp) -> CivilDate {
        let time = rules.zone.civil(of: timestamp)
        return CivilDate(year: time.year, month: time.month, day: time.day)
    }

    /// Follows successors to the unit in force. The chain ends, because a table in which it does not
    /// is refused; the bound is for tables made by hand.
    private mutating func successor(
        of entry: UnitTable.Entry, as given: UnitTable.Unit, on day: CivilDate?, commune: String
    ) throws(Hold) -> UnitTable.Unit {
        guard let day else { throw Hold(.dateMissing, field: HeaderColumn.submittedAt.place) }
        var entry = entry
        var unit = given
        for _ in 0..<32 {
            guard let until = entry.until, day >= until else {
                if unit != given { remark(.unitReplaced, HeaderColumn.unitCode.place) }
                return unit
            }
            let named = entry.successors.filter { $0.communes.contains(commune) }
            let open = named.isEmpty ? entry.successors.filter { $0.communes.isEmpty } : named
            guard open.count == 1 else { break }
            unit = UnitTable.Unit(code: open[0].code, name: open[0].name)
            guard let next = rules.tables.units.entry(code: unit.code, name: unit.name) else {
                remark(.unitReplaced, HeaderColumn.unitCode.place)
                return unit
            }
            entry = next
        }
        let known = unit.code.isEmpty ? unit.name : unit.code
        throw Hold(
            .unitReplacedUnmapped, field: HeaderColumn.unitCode.place,
            unmapped: NormalizerPass.shown(known))
    }

    /// A unit whose commune is no more is no more itself.
    private mutating func unitOfCommune(
        _ commune: String, _ unit: UnitTable.Unit, on day: CivilDate?
    ) throws(Hold) -> UnitTable.Unit {
        let register = rules.tables.communes
        guard !register.isEmpty, CommuneRegister.number(commune) != nil,
            !register.contains(commune), let day
        else { return unit }
        let old = rules.tables.units.communes[commune]
        guard day >= old?.until ?? CommuneRegister.start else { return unit }
        if let successor = old?.unit {
            remark(.unitReplaced, HeaderColumn.communeCode.place)
            return successor
        }
        if let old, !old.successor.isEmpty { return unit }
        throw Hold(
            .unitReplacedUnmapped, field: HeaderColumn.communeCode.place, unmapped: commune)
    }
}
