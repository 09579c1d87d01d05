package import Operating

extension NormalizationRules {
    /// Reads the rules from a section of the configuration; every key may be left out.
    ///
    /// `codeLimit`, `codeShapes` (masks, or `"known"` for those of ``CodeShape/known``), `absentDates`
    /// (`yyyy-MM-dd`, in place of the defaults), `earliestYear`, `latestYear`, `unacceptedStatuses`,
    /// `shortenProcedureCodes`, `strictIdentity`. The caller finishes the section.
    package mutating func read(_ settings: Settings) throws(Trouble) {
        codeLimit = try settings.integer("codeLimit", default: codeLimit, in: 1...50)
        if settings.has("codeShapes") {
            codeShapes = try settings.strings("codeShapes").flatMap { mask in
                mask == "known" ? CodeShape.known : [CodeShape(mask)]
            }
        }
        if settings.has("absentDates") {
            absentDates = []
            for text in try settings.strings("absentDates") {
                guard let day = CivilDate(text) else {
                    throw settings.wrong("absentDates", "yyyy-MM-dd", "“\(text)”")
                }
                absentDates.append(day)
            }
        }
        let first = try settings.integer(
            "earliestYear", default: plausibleYears.lowerBound, in: 1900...9999)
        let last = try settings.integer(
            "latestYear", default: plausibleYears.upperBound, in: first...9999)
        plausibleYears = first...last
        if settings.has("unacceptedStatuses") {
            unacceptedStatuses = []
            for text in try settings.texts("unacceptedStatuses") {
                guard let status = Int(text).flatMap({ Status(rawValue: $0) }) else {
                    throw settings.wrong("unacceptedStatuses", "1…10", "“\(text)”")
                }
                unacceptedStatuses.insert(status)
            }
        }
        shortensProcedureCodes = try settings.bool(
            "shortenProcedureCodes", default: shortensProcedureCodes)
        strictIdentity = try settings.bool("strictIdentity", default: strictIdentity)
    }
}
