/// The lists of the record, in the order of ``PortalNames/lists``.
struct OracleLists {
    let row: OracleRow
    let owner: OracleOwner

    func lists() throws(OracleHold) -> [[[String]]] {
        let identities = owner.identityKind.map { [[$0, owner.number]] } ?? []
        return [
            identities, databases(), try files(), try fees(), try papers(), try supplements(),
            try results(),
        ]
    }

    private func databases() -> [[String]] {
        var codes: [String] = []
        for part in OracleText.line(row.databases).split(whereSeparator: { ",;".contains($0) }) {
            let code = OracleText.line(String(part))
            if !code.isEmpty, !codes.contains(code) { codes.append(code) }
        }
        return codes.map { [$0] }
    }

    /// A file without an address is left out: there is nothing to fetch.
    private func files() throws(OracleHold) -> [[String]] {
        var items: [[String]] = []
        for file in row.files {
            let name = try filled(file.name)
            let component = try fitting(OracleText.line(file.component), 50)
            let replacing = try fitting(OracleText.line(file.replacing), 50)
            let reuse = OracleText.line(file.reuse)
            guard ["", "0", "1", "2"].contains(reuse) else { throw .numberMalformed }
            let url = OracleText.line(file.url)
            if url.isEmpty { continue }
            items.append([
                file.id, OracleLimit.cut(name, 4000), file.isDeleted ? "True" : "False",
                component, url, file.isDigitised ? "1" : "0", reuse.isEmpty ? "0" : reuse,
                file.isFromWarehouse ? "1" : "0", replacing,
            ])
        }
        return items
    }

    private func fees() throws(OracleHold) -> [[String]] {
        var items: [[String]] = []
        for fee in row.fees {
            let written = OracleText.line(fee.amount)
            guard !written.isEmpty, written.allSatisfy(\.isNumber), let amount = Int64(written)
            else { throw .numberMalformed }
            items.append([
                OracleText.line(fee.name), OracleText.line(fee.code),
                OracleText.line(fee.collection), String(amount), OracleText.line(fee.kind),
            ])
        }
        return items
    }

    private func papers() throws(OracleHold) -> [[String]] {
        var items: [[String]] = []
        for paper in row.papers {
            let quantity = OracleText.line(paper.quantity)
            let kind = OracleText.line(paper.kind)
            guard (quantity + kind).allSatisfy(\.isNumber) else { throw .numberMalformed }
            items.append([
                try filled(paper.name), quantity.isEmpty ? "1" : quantity,
                kind.isEmpty ? "0" : kind,
            ])
        }
        return items
    }

    private func supplements() throws(OracleHold) -> [[String]] {
        var items: [[String]] = []
        for round in row.supplements {
            items.append([
                round.id, OracleText.line(round.requestedBy), OracleText.lines(round.content),
                try OracleTime.compact(round.requestedAt), OracleText.line(round.receivedBy),
                OracleText.lines(round.receivedInformation),
                try OracleTime.compact(round.receivedAt), round.isDone ? "1" : "0",
                try OracleTime.compact(round.previousDueAt, endsDay: true),
                try OracleTime.compact(round.newDueAt, endsDay: true),
            ])
        }
        return items
    }

    private func results() throws(OracleHold) -> [[String]] {
        var items: [[String]] = []
        for result in row.results {
            let name = try filled(result.name)
            let url = OracleText.line(result.url)
            if url.isEmpty { continue }
            items.append([
                OracleLimit.cut(name, 2000), OracleText.line(result.component), result.id, url,
                OracleText.line(result.code),
            ])
        }
        return items
    }

    private func filled(_ text: String?) throws(OracleHold) -> String {
        let text = OracleText.line(text)
        if text.isEmpty { throw .textMissing }
        return text
    }

    private func fitting(_ text: String, _ limit: Int) throws(OracleHold) -> String {
        if OracleLimit.isLonger(text, than: limit) { throw .textTooLong }
        return text
    }
}

/// The progress of the record (contracts.md §2.7): every step, in order of its business time.
struct OracleSteps {
    let codes: OracleCodes
    let code: String

    func rows(_ row: OracleRow) throws(OracleHold) -> [[String]] {
        // Both engines print times so that their texts sort as they do; a fraction of zero is left out
        // by PostgreSQL, and shorter sorts first as well.
        let steps = row.steps.sorted {
            ($0.performedAt ?? "", $0.id) < ($1.performedAt ?? "", $1.id)
        }
        var rows: [[String]] = []
        for step in steps {
            let performed = try OracleTime.compact(step.performedAt)
            if performed.isEmpty { throw .stepWithoutTime }
            let word = OracleText.line(step.word).lowercased()
            guard let status = codes.steps[word] ?? codes.statuses[word],
                (1...10).contains(status)
            else { throw .stepUnmapped }
            rows.append([
                code, OracleLimit.officer(OracleText.line(step.officer)),
                OracleText.line(step.title), performed, OracleText.line(step.department),
                OracleText.lines(step.content), String(status),
                try OracleTime.compact(step.startedAt),
                try OracleTime.compact(step.dueAt, endsDay: true),
            ])
        }
        return rows
    }
}
