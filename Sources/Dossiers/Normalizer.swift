package import Wire

/// Turns what a source said into a dossier that can be sent, or into a hold that says why it cannot.
///
/// Total and pure: every row gives one of the two, nothing crashes, nothing is invented, and the same row
/// under the same rules gives the same answer. The rules, one by one, are in <doc:Normalization>.
package struct Normalizer: Sendable {
    private let rules: NormalizationRules

    package init(_ rules: NormalizationRules) { self.rules = rules }

    package func normalize(_ source: borrowing SourceDossier) -> Normalized {
        var pass = NormalizerPass(rules: rules)
        var code: DossierCode?
        do throws(Hold) {
            let result = pass.code(source.header)
            if case .success(let usable) = result { code = usable }
            try pass.refuseDeleted(source.header)
            let dossier = try pass.dossier(source, code: try result.get())
            if let column = pass.unreadable { throw Hold(.unreadable, field: column) }
            return .dossier(dossier, pass.remarks)
        } catch {
            return .held(code, source.key, error, pass.remarks)
        }
    }
}

extension Normalizer {
    /// The newest time at which something was done to the dossier; days without a time do not count, nor does what
    /// cannot be read.
    package func newestTime(of source: borrowing SourceDossier) -> Timestamp? {
        let pass = NormalizerPass(rules: rules)
        var times: [Timestamp] = []
        func add<C: PlacedColumn>(_ row: SourceRow<C>, _ column: C) {
            do throws(Hold) {
                if let time = try pass.timestamp(row, column) { times.append(time) }
            } catch {
                // What holds the dossier is told where it is normalized.
            }
        }
        for column in [HeaderColumn.submittedAt, .acceptedAt, .returnedAt, .finishedAt, .refusedAt]
        {
            add(source.header, column)
        }
        for step in source.steps { add(step, .performedAt) }
        return times.filter { time in
            let civil = rules.zone.civil(of: time)
            return civil.hour != 0 || civil.minute != 0 || civil.second != 0
        }.max()
    }
}

/// What became of a row.
package enum Normalized: Sendable {
    case dossier(Dossier, [Remark])
    /// The code is nil when it is the code itself that cannot be used.
    case held(DossierCode?, SourceKey, Hold, [Remark])
}
