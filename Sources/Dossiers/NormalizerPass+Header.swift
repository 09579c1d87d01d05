internal import Wire

/// The header's own rules: code, status, procedure, times.
extension NormalizerPass {
    /// The dossier's code, never rewritten: white space at its ends is no part of it, anything else that
    /// cannot be printed holds it (contracts.md §12.1).
    mutating func code(_ header: SourceRow<HeaderColumn>) -> Result<DossierCode, Hold> {
        let field = HeaderColumn.code
        let result = TextCleaner.clean(header[field] ?? "", keepsLines: false)
        let code = result.text
        if result.hasReplacements, !header.isText(field) {
            return .failure(Hold(.unreadable, field: field.place))
        }
        guard !code.isEmpty else { return .failure(Hold(.codeMissing, field: field.place)) }
        guard code.utf8.count <= rules.codeLimit || code.unicodeScalars.count <= rules.codeLimit
        else { return .failure(Hold(.codeTooLong, field: field.place)) }
        guard !result.removedControls, NormalizerPass.isPrintable(code),
            rules.codeShapes.isEmpty || rules.codeShapes.contains(where: { $0.matches(code) })
        else { return .failure(Hold(.codeShape, field: field.place)) }
        if result.composed { remark(.composed, field.place) }
        return .success(DossierCode(code))
    }

    private static func isPrintable(_ code: String) -> Bool {
        if code.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return true }
        return code.unicodeScalars.allSatisfy { scalar in
            if scalar.isASCII { return scalar.value >= 0x20 && scalar.value != 0x7F }
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
                .paragraphSeparator, .spaceSeparator:
                return false
            default: return true
            }
        }
    }

    /// A deletion is for an operator to decide; it is told and never sent (design.md §1, issue 3).
    func refuseDeleted(_ header: SourceRow<HeaderColumn>) throws(Hold) {
        if try flag(header, .deleted) {
            throw Hold(.sourceDeleted, field: HeaderColumn.deleted.place)
        }
    }

    mutating func status(_ header: SourceRow<HeaderColumn>) throws(Hold) -> Status {
        let given = line(header, .status)
        if !given.isEmpty {
            return try portalStatus(given, HeaderColumn.status)
        }
        let table = rules.tables.statuses
        return try status(
            word: line(header, .localStatus), subword: line(header, .localSubstatus),
            field: HeaderColumn.localStatus, missing: .status,
            words: { table.statuses[$0] }, subwords: { table.substatuses[$0] })
    }

    mutating func status(ofStep row: SourceRow<StepColumn>) throws(Hold) -> Status {
        let given = line(row, .status)
        if !given.isEmpty {
            return try portalStatus(given, StepColumn.status)
        }
        let table = rules.tables.statuses
        return try status(
            word: line(row, .localStatus), subword: line(row, .localSubstatus),
            field: StepColumn.localStatus, missing: .status,
            words: { table.steps[$0] ?? table.statuses[$0] },
            subwords: { table.steps[$0] ?? table.substatuses[$0] })
    }

    /// A status that the source gives as the portal's own number.
    private func portalStatus<C: PlacedColumn>(
        _ text: String, _ column: C
    ) throws(Hold) -> Status {
        guard text.utf8.count <= 2, let status = Int(text).flatMap({ Status(rawValue: $0) }) else {
            throw Hold(
                .statusUnmapped, field: column.place, unmapped: NormalizerPass.shown(text))
        }
        return status
    }

    private func status<C: PlacedColumn>(
        word: String, subword: String, field: C, missing: C,
        words: (String) -> StatusTable.Meaning?, subwords: (String) -> StatusTable.Meaning?
    ) throws(Hold) -> Status {
        if word.isEmpty, subword.isEmpty { throw Hold(.fieldMissing, field: missing.place) }
        var asked = word.isEmpty ? subword : word
        var meaning = subword.isEmpty ? nil : subwords(subword.lowercased())
        if meaning != nil {
            asked = subword
        } else if !word.isEmpty {
            meaning = words(word.lowercased())
        }
        guard case .status(let status) = meaning else {
            throw Hold(
                .statusUnmapped, field: field.place, unmapped: NormalizerPass.shown(asked))
        }
        return status
    }

    /// The national procedure: the source's own national code, else the province's mapping.
    mutating func procedure(
        _ header: SourceRow<HeaderColumn>
    ) throws(Hold) -> ProcedureTable.Entry {
        let given = line(header, .procedureCode)
        let local = line(header, .localProcedureCode)
        var entry: ProcedureTable.Entry
        if ProcedureCode(given) != nil {
            entry = ProcedureTable.Entry(code: given)
        } else if let mapped = rules.tables.procedures.entries[local]
            ?? rules.tables.procedures.entries[given]
        {
            entry = mapped
        } else {
            let unmapped = local.isEmpty ? given : local
            guard !unmapped.isEmpty else {
                throw Hold(.fieldMissing, field: HeaderColumn.procedureCode.place)
            }
            let field: HeaderColumn = local.isEmpty ? .procedureCode : .localProcedureCode
            throw Hold(
                .procedureUnmapped, field: field.place, unmapped: NormalizerPass.shown(unmapped))
        }
        if rules.shortensProcedureCodes, let code = ProcedureCode(entry.code), code.isLong {
            entry.code = code.shortened
        }
        if entry.name.isEmpty { entry.name = line(header, .procedureName) }
        if entry.fieldCode.isEmpty { entry.fieldCode = line(header, .fieldCode) }
        if entry.fieldName.isEmpty { entry.fieldName = line(header, .fieldName) }
        return entry
    }

    /// When the dossier was accepted; required from the moment it is said to be.
    func acceptedAt(
        _ header: SourceRow<HeaderColumn>, _ status: Status
    ) throws(Hold) -> Timestamp? {
        let accepted = try timestamp(header, .acceptedAt)
        if accepted == nil, !rules.unacceptedStatuses.contains(status) {
            throw Hold(.dateMissing, field: HeaderColumn.acceptedAt.place)
        }
        return accepted
    }

    /// Codes separated by commas or semicolons, each once.
    mutating func databases(_ header: SourceRow<HeaderColumn>) -> [String] {
        guard header[.databases] != nil else { return [] }
        var codes: [String] = []
        for part in line(header, .databases).split(whereSeparator: { $0 == "," || $0 == ";" }) {
            let code = TextCleaner.line(String(part))
            if !code.isEmpty, !codes.contains(code) { codes.append(code) }
        }
        return codes
    }
}
