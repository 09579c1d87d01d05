package import Operating

/// The province's own code lists and what they are at the national portal, as `Config/codes` has them.
///
/// Loaded once and immutable; a few kilobytes, whatever the number of dossiers.
package struct CodeTables: Sendable {
    package var statuses: StatusTable
    package var procedures: ProcedureTable
    package var units: UnitTable
    package var communes: CommuneRegister

    package init(
        statuses: StatusTable = StatusTable(), procedures: ProcedureTable = ProcedureTable(),
        units: UnitTable = UnitTable(), communes: CommuneRegister = CommuneRegister()
    ) {
        self.statuses = statuses
        self.procedures = procedures
        self.units = units
        self.communes = communes
    }

    /// Reads `status.json5`, `procedures.json5`, `units.json5` and `administrative-units.csv`.
    ///
    /// Strict: a key nobody knows, a status outside 0…10, a code given twice or a chain of successors
    /// that bites its tail is a ``Trouble`` (LT-14xx) that names the file and the place.
    package static func load(directory: String) throws(Trouble) -> CodeTables {
        CodeTables(
            statuses: try readCodeTable("\(directory)/status.json5", StatusTable.read),
            procedures: try readCodeTable("\(directory)/procedures.json5", ProcedureTable.read),
            units: try readCodeTable("\(directory)/units.json5", UnitTable.read),
            communes: try CommuneRegister.load(path: "\(directory)/administrative-units.csv"))
    }
}

/// Opens a table, lets `read` ask for its keys, and refuses what nobody asked for.
private func readCodeTable<Table>(
    _ path: String, _ read: (Settings) throws(Trouble) -> Table
) throws(Trouble) -> Table {
    do throws(Trouble) {
        let settings = try Settings.load(path: path)
        let table = try read(settings)
        try settings.finish()
        return table
    } catch {
        throw error.code.hasPrefix("LT-10") ? .codeTableBroken(error) : error
    }
}
