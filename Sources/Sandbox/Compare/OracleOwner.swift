/// The owner's members of the record.
struct OracleOwner {
    var kind: String
    /// `SoGiayToChuHoSo`.
    var number = ""
    /// `LoaiDinhDanh` of the number; nil when it is no citizen's.
    var identityKind: String?
    var phone: String
    var email: String

    init(_ row: OracleRow) throws(OracleHold) {
        kind = OracleText.line(row.ownerKind)
        guard ["1", "2", "3", "4"].contains(kind) else { throw .ownerKindUnknown }
        phone = OracleOwner.phone(OracleText.line(row.phone))
        let mail = OracleText.line(row.email)
        email = OracleOwner.isMail(mail) ? mail : ""
        let written = OracleText.line(row.identityNumber).filter { !" .-".contains($0) }
        guard written.allSatisfy({ $0.isASCII && $0.isNumber }) else { return }
        switch (kind, written.count) {
        case ("1", 12):
            number = written
            identityKind = "1"
        case ("1", 9):
            number = written
            identityKind = "2"
        case ("2", 10), ("2", 12), ("3", 10), ("4", 10): number = written
        case ("2", 13), ("3", 13), ("4", 13):
            number = "\(written.prefix(10))-\(written.suffix(3))"
        default: break
        }
    }

    /// `0…` with 10 or 11 digits; anything else is no number and is not sent.
    private static func phone(_ written: String) -> String {
        var rest = Substring(written)
        let isInternational = rest.hasPrefix("+")
        if isInternational { rest = rest.dropFirst() }
        var number = String(rest.filter { !" .-()".contains($0) })
        guard number.allSatisfy({ $0.isASCII && $0.isNumber }) else { return "" }
        let country = number.hasPrefix("0084") ? "0084" : "84"
        if number.hasPrefix(country) {
            number.removeFirst(country.count)
            if !number.hasPrefix("0") { number = "0" + number }
        } else if isInternational {
            return ""
        }
        return number.hasPrefix("0") && (10...11).contains(number.count) ? number : ""
    }

    private static func isMail(_ text: String) -> Bool {
        let halves = text.split(separator: "@", omittingEmptySubsequences: false)
        guard halves.count == 2, (1...64).contains(halves[0].count), text.utf8.count <= 254,
            text.allSatisfy({ $0.isASCII && $0 > " " && !",;:<>()[]\\\"\u{7F}".contains($0) })
        else { return false }
        let labels = halves[1].split(separator: ".", omittingEmptySubsequences: false)
        return labels.count > 1 && !labels.contains { $0.isEmpty }
    }
}
