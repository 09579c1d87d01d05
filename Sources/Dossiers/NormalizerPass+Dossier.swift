internal import Wire

/// The dossier put together, rule after rule; the first that refuses holds it.
extension NormalizerPass {
    mutating func dossier(
        _ source: borrowing SourceDossier, code: DossierCode
    ) throws(Hold) -> Dossier {
        let header = source.header
        let status = try status(header)
        let procedure = try procedure(header)
        let submittedAt = try timestamp(header, .submittedAt)
        let acceptedAt = try acceptedAt(header, status)
        let date = acceptedAt ?? submittedAt
        let unit = try unit(header, date: date)
        let ownerKind = try ownerKind(header)
        let number = try ownerNumber(header, ownerKind)
        let name = line(header, .ownerName)
        let documents = try documents(source.documents)
        var dossier = Dossier(
            code: code, sourceKey: source.key, procedureCode: procedure.code,
            procedureName: procedure.name, fieldCode: procedure.fieldCode,
            fieldName: procedure.fieldName, receiptNumber: line(header, .receiptNumber),
            channel: try choice(header, .channel, absent: .counter), ownerName: name,
            ownerKind: ownerKind, ownerAccount: line(header, .ownerAccount),
            ownerIdentityNumber: number.text, identities: number.identity.map { [$0] } ?? [],
            otherInformation: note(header, .otherInformation), email: email(header),
            fax: phone(header, .fax), phone: phone(header), summary: line(header, .summary),
            submittedAt: submittedAt, acceptedAt: acceptedAt,
            dueAt: try timestamp(header, .dueAt, dayAlone: .end), status: status,
            returnedAt: try timestamp(header, .returnedAt),
            returnInformation: note(header, .returnInformation),
            returnMethod: try choice(header, .returnMethod, absent: .counter),
            finishedAt: try timestamp(header, .finishedAt),
            refusedAt: try timestamp(header, .refusedAt), unitName: unit.name, unitCode: unit.code,
            note: note(header, .note),
            submissionPlace: try choice(header, .submissionPlace, absent: .province),
            hasDigitisedComponent: try hasDigitisedComponent(header, documents),
            verifiedByVNeID: try flag(header, .verifiedByVneid),
            onlinePayment: try choice(header, .onlinePayment, absent: .none),
            databases: databases(header), documents: documents, fees: try fees(source.fees),
            papers: try papers(source.papers), supplements: try supplements(source.supplements),
            results: try results(source.results), steps: try steps(source.steps),
            person: person(header, ownerKind, number.identity, name: name, date: date))
        dossier.linkedCode = line(header, .linkedCode)
        return dossier
    }

    /// Who owns the dossier cannot be guessed: a citizen's and a business's numbers mean different things.
    private func ownerKind(_ header: SourceRow<HeaderColumn>) throws(Hold) -> OwnerKind {
        guard let number = try wholeNumber(header, .ownerKind) else {
            throw Hold(.fieldMissing, field: HeaderColumn.ownerKind.place)
        }
        guard let raw = Int(exactly: number), let kind = OwnerKind(rawValue: raw) else {
            throw Hold(.numberMalformed, field: HeaderColumn.ownerKind.place)
        }
        return kind
    }

    /// What the source says, else what its documents show.
    private func hasDigitisedComponent(
        _ header: SourceRow<HeaderColumn>, _ documents: [SubmittedDocument]
    ) throws(Hold) -> Bool {
        if !header.isNull(.hasDigitisedComponent) {
            return try flag(header, .hasDigitisedComponent)
        }
        return documents.contains { $0.isDigitised && !$0.isDeleted }
    }
}
