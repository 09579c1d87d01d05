internal import Operating

/// Handling units with the day on which they end and what follows them (contracts.md §12.4, §14).
package struct UnitTable: Sendable {
    /// A unit as it is sent.
    package struct Unit: Hashable, Sendable {
        package var code: String
        package var name: String
        /// Communes for which this unit is the successor when there are several; empty when only one.
        package var communes: [String]

        package init(code: String, name: String, communes: [String] = []) {
            self.code = code
            self.name = name
            self.communes = communes
        }
    }

    package struct Entry: Sendable {
        package var unit: Unit
        /// The first day on which the unit is no more; nil while it is.
        package var until: CivilDate?
        package var successors: [Unit]

        package init(_ unit: Unit, until: CivilDate? = nil, successors: [Unit] = []) {
            self.unit = unit
            self.until = until
            self.successors = successors
        }
    }

    /// A commune that ended, and which unit handles its dossiers since.
    package struct OldCommune: Sendable {
        package var until: CivilDate
        /// The commune in force that follows; empty when none is named.
        package var successor: String
        /// The unit that follows; nil leaves the dossier's own.
        package var unit: Unit?

        package init(until: CivilDate, successor: String = "", unit: Unit? = nil) {
            self.until = until
            self.successor = successor
            self.unit = unit
        }
    }

    private var byCode: [String: Entry] = [:]
    private var byName: [String: Entry] = [:]
    package var communes: [String: OldCommune]

    package init(_ entries: [Entry] = [], communes: [String: OldCommune] = [:]) {
        self.communes = communes
        for entry in entries { insert(entry) }
    }

    /// Entries that end, by code.
    var ended: [Entry] {
        byCode.values.filter { $0.until != nil }.sorted { $0.unit.code < $1.unit.code }
    }

    package var isEmpty: Bool { byCode.isEmpty && byName.isEmpty }

    /// The entry of a unit, by its code in either spelling, else by its name.
    package func entry(code: String, name: String) -> Entry? {
        if isEmpty { return nil }
        if !code.isEmpty { return byCode[UnitCode.canonical(code)] }
        return byName[name]
    }

    /// Returns false when there is an entry of that code already.
    @discardableResult
    mutating func insert(_ entry: Entry) -> Bool {
        byName[entry.unit.name] = entry
        return byCode.updateValue(entry, forKey: UnitCode.canonical(entry.unit.code)) == nil
    }
}
