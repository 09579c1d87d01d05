package import Operating

extension NormalizationRules {
    /// Reads the rules from a section of a source profile; every key may be left out.
    ///
    /// `code_limit`, `code_shapes` (masks, or `"known"` for those of ``CodeShape/known``), `absent_dates`
    /// (`yyyy-MM-dd`, in place of the defaults), `earliest_year`, `latest_year`, `unaccepted_statuses`,
    /// `shorten_procedure_codes`, `strict_identity`. The caller finishes the section.
    package mutating func read(_ settings: Settings) throws(Trouble) {
        codeLimit = try settings.integer("code_limit", default: codeLimit, in: 1...50)
        if settings.has("code_shapes") {
            codeShapes = try settings.strings("code_shapes").flatMap { mask in
                mask == "known" ? CodeShape.known : [CodeShape(mask)]
            }
        }
        if settings.has("absent_dates") {
            absentDates = []
            for text in try settings.strings("absent_dates") {
                guard let day = CivilDate(text) else {
                    throw settings.wrong("absent_dates", "yyyy-MM-dd", "“\(text)”")
                }
                absentDates.append(day)
            }
        }
        let first = try settings.integer(
            "earliest_year", default: plausibleYears.lowerBound, in: 1900...9999)
        let last = try settings.integer(
            "latest_year", default: plausibleYears.upperBound, in: first...9999)
        plausibleYears = first...last
        if settings.has("unaccepted_statuses") {
            unacceptedStatuses = []
            for text in try settings.texts("unaccepted_statuses") {
                guard let status = Int(text).flatMap({ Status(rawValue: $0) }) else {
                    throw settings.wrong("unaccepted_statuses", "1…10", "“\(text)”")
                }
                unacceptedStatuses.insert(status)
            }
        }
        shortensProcedureCodes = try settings.bool(
            "shorten_procedure_codes", default: shortensProcedureCodes)
        strictIdentity = try settings.bool("strict_identity", default: strictIdentity)
    }
}
