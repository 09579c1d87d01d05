/// What normalization may decide differently for one source; the defaults are right for most.
package struct NormalizationRules: Sendable {
    package var tables: CodeTables
    /// The zone of the source's naive times.
    package var zone: SourceZone
    /// How many Unicode scalars a dossier's code may have (contracts.md §2.6: 50).
    package var codeLimit = 50
    /// A code must have one of these shapes; none means that anything printable will do.
    package var codeShapes: [CodeShape] = []
    /// Days that sources write where they mean "no date".
    package var absentDates: [CivilDate] = [
        CivilDate(year: 0, month: 0, day: 0),
        CivilDate(year: 1, month: 1, day: 1),
        CivilDate(year: 1900, month: 1, day: 1),
        CivilDate(year: 1970, month: 1, day: 1),
        CivilDate(year: 9999, month: 12, day: 31),
    ]
    /// Years in which something can have happened to a dossier; any other is a slip of the keyboard.
    package var plausibleYears: ClosedRange<Int> = 1990...2100
    /// Statuses of a dossier that need not have been accepted (contracts.md §3: without an acceptance
    /// time a dossier is in no count of the portal).
    package var unacceptedStatuses: Set<Status> = [.submitted, .refused, .withdrawn]
    /// Sends `2.002492` for the legacy long form `2.002492.000.00.00.H22` (contracts.md §12.3).
    package var shortensProcedureCodes = false
    /// Holds a citizen's dossier when his identity number is neither 12 nor 9 digits.
    ///
    /// Off, because the portal does not ask for the number, and children, foreigners and old papers have
    /// other ones: a dossier held for that would be late for nothing. The number is left out and told.
    package var strictIdentity = false

    package init(tables: CodeTables = CodeTables(), zone: SourceZone = .vietnam) {
        self.tables = tables
        self.zone = zone
    }
}
