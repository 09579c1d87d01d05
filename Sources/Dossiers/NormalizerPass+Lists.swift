internal import Wire

/// The lists that hang on a dossier, each row checked like the header.
extension NormalizerPass {
    mutating func documents(
        _ rows: [SourceRow<DocumentColumn>]
    ) throws(Hold) -> [SubmittedDocument] {
        var documents: [SubmittedDocument] = []
        documents.reserveCapacity(rows.count)
        for row in rows {
            documents.append(
                SubmittedDocument(
                    id: try requiredLine(row, .id), name: try requiredLine(row, .name),
                    isDeleted: try flag(row, .isDeleted), componentCode: line(row, .componentCode),
                    url: line(row, .url), isDigitised: try flag(row, .isDigitised),
                    reuse: try choice(row, .reuse, absent: .none),
                    fromWarehouse: try flag(row, .fromWarehouse),
                    replacingResultCode: line(row, .replacingResultCode)))
        }
        return documents
    }

    mutating func fees(_ rows: [SourceRow<FeeColumn>]) throws(Hold) -> [Fee] {
        var fees: [Fee] = []
        fees.reserveCapacity(rows.count)
        for row in rows {
            guard let amount = try wholeNumber(row, .amount) else {
                throw Hold(.fieldMissing, field: FeeColumn.amount.place)
            }
            fees.append(
                Fee(
                    name: line(row, .name), code: line(row, .code),
                    collection: line(row, .collection), amount: amount, kind: line(row, .kind)))
        }
        return fees
    }

    /// Other papers. A paper that is listed is there at least once; a kind that nobody says is 0.
    mutating func papers(_ rows: [SourceRow<PaperColumn>]) throws(Hold) -> [Paper] {
        var papers: [Paper] = []
        papers.reserveCapacity(rows.count)
        for row in rows {
            papers.append(
                Paper(
                    name: try requiredLine(row, .name),
                    quantity: try wholeNumber(row, .quantity) ?? 1,
                    kind: try wholeNumber(row, .kind) ?? 0))
        }
        return papers
    }

    mutating func supplements(
        _ rows: [SourceRow<SupplementColumn>]
    ) throws(Hold) -> [SupplementRound] {
        var rounds: [SupplementRound] = []
        rounds.reserveCapacity(rows.count)
        for row in rows {
            rounds.append(
                SupplementRound(
                    id: try requiredLine(row, .id), requestedBy: line(row, .requestedBy),
                    content: note(row, .content), requestedAt: try timestamp(row, .requestedAt),
                    receivedBy: line(row, .receivedBy),
                    receivedInformation: note(row, .receivedInformation),
                    receivedAt: try timestamp(row, .receivedAt), isDone: try flag(row, .isDone),
                    previousDueAt: try timestamp(row, .previousDueAt, dayAlone: .end),
                    newDueAt: try timestamp(row, .newDueAt, dayAlone: .end)))
        }
        return rounds
    }

    mutating func results(
        _ rows: [SourceRow<ResultColumn>]
    ) throws(Hold) -> [ResultDocument] {
        var results: [ResultDocument] = []
        results.reserveCapacity(rows.count)
        for row in rows {
            results.append(
                ResultDocument(
                    id: try requiredLine(row, .id), name: try requiredLine(row, .name),
                    componentCode: line(row, .componentCode), url: line(row, .url),
                    resultCode: line(row, .resultCode)))
        }
        return results
    }

    /// Every step, in order of business time, then of the source's key.
    ///
    /// History must arrive whole and in order, so one step that cannot be mapped holds the dossier: a
    /// later step sent without it could never be taken back.
    mutating func steps(_ rows: [SourceRow<StepColumn>]) throws(Hold) -> [Step] {
        var steps: [Step] = []
        steps.reserveCapacity(rows.count)
        var highest = SourceKey(0)
        for row in rows {
            let id = try key(row, .stepId)
            // Keys mostly rise, and only one that does not can be a double.
            if id <= highest, steps.contains(where: { $0.id == id }) {
                throw Hold(.duplicateCode, field: StepColumn.stepId.place)
            }
            highest = max(highest, id)
            guard let performedAt = try timestamp(row, .performedAt) else {
                throw Hold(.dateMissing, field: StepColumn.performedAt.place)
            }
            var step =
                Step(
                    id: id, officer: line(row, .officer), title: line(row, .title),
                    performedAt: performedAt, department: line(row, .department),
                    content: note(row, .content), status: try status(ofStep: row),
                    startedAt: try timestamp(row, .startedAt),
                    dueAt: try timestamp(row, .dueAt, dayAlone: .end))
            step.resultData = note(row, .resultData)
            steps.append(step)
        }
        steps.sort { ($0.performedAt, $0.id) < ($1.performedAt, $1.id) }
        return steps
    }
}
