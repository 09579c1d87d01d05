internal import Foundation

/// What real rows have wrong with them. What becomes of such a row is the comparer's own judgement,
/// made from the row alone; nothing here is remembered.
enum Mischief: CaseIterable, Sendable {
    // No client can send these as they are.
    case unknownStatus, unmappedProcedure, unknownUnit, orphanedUnit, endlessNote, impossibleDate
    case noAcceptance, missingCode, endlessCode

    // A careful client mends these by itself, or leaves the detail out.
    case oldUnit, decomposedText, strayBlanks, controlCharacters, longSummary, longOfficer, longFile
    case internationalPhone, malformedPhone, malformedIdentity, blankIdentity

    static let holding: [Mischief] = [
        .unknownStatus, .unmappedProcedure, .unknownUnit, .orphanedUnit, .endlessNote,
        .impossibleDate, .noAcceptance, .missingCode, .endlessCode,
    ]
    static let awkward: [Mischief] = allCases.filter { !holding.contains($0) }

    func apply(
        to dossier: inout InventedDossier, _ units: InventedUnits, _ dice: inout Dice
    ) {
        switch self {
        case .unknownStatus:
            dossier.statusWord = dice.happens(0.5) ? "interoperating" : "khong-ro"
        case .unmappedProcedure:
            dossier.procedure = dice.one(of: InventedProcedures.unmapped)
        case .unknownUnit: dossier.unit = units.unknown
        case .orphanedUnit: dossier.unit = dice.one(of: units.orphaned)
        case .oldUnit:
            if !units.replaced.isEmpty { dossier.unit = dice.one(of: units.replaced) }
        case .endlessNote: dossier.note = repeated("ghi chú rất dài ", upTo: 2001 + dice.below(500))
        case .impossibleDate: dossier.impossibleDue = "0226-05-12 17:00:00"
        case .noAcceptance:
            // A new or refused dossier need not have been accepted; any other must.
            if [1, 3].contains(dossier.status) { dossier.statusWord = "khong-ro" }
            dossier.acceptedAt = nil
        case .missingCode: dossier.code = dice.happens(0.5) ? "" : "   "
        case .endlessCode: dossier.code += "-" + repeated("KHONG-HOP-LE-", upTo: 60)
        default: mend(&dossier, &dice)
        }
    }

    private func mend(_ dossier: inout InventedDossier, _ dice: inout Dice) {
        switch self {
        case .decomposedText:
            dossier.ownerName = dossier.ownerName.decomposedStringWithCanonicalMapping
            dossier.summary = dossier.summary.decomposedStringWithCanonicalMapping
        case .strayBlanks:
            dossier.ownerName = "  \(dossier.ownerName)\u{A0} "
            dossier.note = "\t Hồ sơ ưu tiên \u{3000}"
            dossier.phone = " \(dossier.phone) "
        case .controlCharacters:
            dossier.note = "Dòng một\r\nDòng hai\u{7}\u{200B}\tcột"
            dossier.summary = "Trích\u{1} yếu\u{AD} thử \u{FEFF}"
        case .longSummary:
            dossier.summary = repeated("Trích yếu hồ sơ thử nghiệm ", upTo: 1001 + dice.below(700))
        case .longOfficer:
            for index in dossier.steps.indices {
                dossier.steps[index].officer = repeated("Nguyễn Thị Trường Thử ", upTo: 51 + index)
            }
        case .longFile:
            for index in dossier.files.indices {
                dossier.files[index].name = repeated("tệp tên dài ", upTo: 499)
            }
        case .internationalPhone:
            dossier.phone = dice.one(of: ["+84", "0084", "84"]) + dossier.person.phone.dropFirst()
        case .malformedPhone: dossier.phone = dice.one(of: ["12", "không có", "09x1234567"])
        case .malformedIdentity: dossier.identityNumber = "0000-\(dossier.id % 1000)"
        case .blankIdentity: dossier.identityNumber = ""
        default: break
        }
    }

    private func repeated(_ text: String, upTo length: Int) -> String {
        var scalars = String.UnicodeScalarView()
        while scalars.count < length { scalars.append(contentsOf: text.unicodeScalars) }
        // Ends in a letter, so that trimming does not shorten it below the limit in question.
        return String(String.UnicodeScalarView(scalars.prefix(length - 1))) + "x"
    }
}
