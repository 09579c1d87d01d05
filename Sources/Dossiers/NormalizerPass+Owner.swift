internal import Wire

/// The owner: who he is, how to reach him, and whether the population database can be asked about him.
extension NormalizerPass {
    /// Owner's number and its entry in `DinhDanhCHS` (contracts.md §2.12).
    struct OwnerNumber {
        var text = ""
        var identity: Identity?
    }

    /// A citizen's number has 12 digits, or 9 on an old card; a business has a tax code of 10 digits, with
    /// a branch's three after a dash, or its owner's 12. Anything else is left out and told: never
    /// padded, never guessed.
    mutating func ownerNumber(
        _ header: SourceRow<HeaderColumn>, _ kind: OwnerKind
    ) throws(Hold) -> OwnerNumber {
        let field = HeaderColumn.identityNumber
        let written = line(header, field)
        if written.isEmpty { return OwnerNumber() }
        let digits = NormalizerPass.digits(in: written, ignoring: " .-")
        switch (kind, digits?.utf8.count) {
        case (.citizen, 12):
            let number = digits ?? ""
            return OwnerNumber(
                text: number, identity: Identity(kind: .personal, number: number))
        case (.citizen, 9):
            let number = digits ?? ""
            return OwnerNumber(text: number, identity: Identity(kind: .legacy, number: number))
        case (.business, 10), (.business, 12), (.agency, 10), (.organisation, 10):
            return OwnerNumber(text: digits ?? "")
        case (.business, 13), (.agency, 13), (.organisation, 13):
            let number = digits ?? ""
            return OwnerNumber(text: "\(number.prefix(10))-\(number.suffix(3))")
        default:
            if kind == .citizen, rules.strictIdentity {
                throw Hold(.identityNumberMalformed, field: field.place)
            }
            remark(.identityOmitted, field.place)
            return OwnerNumber()
        }
    }

    /// The ASCII digits of a text that has nothing else but the ignored characters; nil when it has.
    private static func digits(in text: String, ignoring ignored: String) -> String? {
        var digits = ""
        for character in text.unicodeScalars {
            if ("0"..."9").contains(character) {
                digits.unicodeScalars.append(character)
            } else if !ignored.unicodeScalars.contains(character) {
                return nil
            }
        }
        return digits
    }

    /// A telephone number in its national form: `0` and 9 or 10 digits more.
    mutating func phone(_ header: SourceRow<HeaderColumn>) -> String {
        let written = line(header, .phone)
        if written.isEmpty { return "" }
        if let number = NormalizerPass.nationalPhone(written) { return number }
        remark(.phoneOmitted, HeaderColumn.phone.place)
        return ""
    }

    private static func nationalPhone(_ written: String) -> String? {
        let isInternational = written.hasPrefix("+")
        let rest = isInternational ? String(written.dropFirst()) : written
        guard var number = digits(in: rest, ignoring: " .-()") else { return nil }
        if number.hasPrefix("0084") {
            number.removeFirst(2)
        }
        if number.hasPrefix("84") {
            number.removeFirst(2)
            // Some write the trunk zero too: +84 (0)…
            if !number.hasPrefix("0") { number = "0" + number }
        } else if isInternational {
            return nil
        }
        return number.hasPrefix("0") && (10...11).contains(number.utf8.count) ? number : nil
    }

    /// An e-mail address that can be one: `local@domain.tld`, ASCII, no white space.
    mutating func email(_ header: SourceRow<HeaderColumn>) -> String {
        let written = line(header, .email)
        if written.isEmpty || NormalizerPass.isEmail(written) { return written }
        remark(.emailOmitted, HeaderColumn.email.place)
        return ""
    }

    private static func isEmail(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, (1...64).contains(parts[0].count), text.utf8.count <= 254 else {
            return false
        }
        let forbidden = Set(" ,;:<>()[]\\\"".utf8)
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !forbidden.contains($0) }) else {
            return false
        }
        let labels = parts[1].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return labels.count >= 2 && labels.allSatisfy { !$0.isEmpty }
    }

    /// Whom to ask the population database about: a citizen with a number, a name and a birth.
    mutating func person(
        _ header: SourceRow<HeaderColumn>, _ kind: OwnerKind, _ identity: Identity?, name: String,
        date: Timestamp?
    ) -> Person? {
        guard kind == .citizen, let birth = birth(header, before: date), let identity,
            !name.isEmpty
        else { return nil }
        let words = name.split(separator: " ", omittingEmptySubsequences: true)
        return Person(identity: identity, name: words.joined(separator: " "), birth: birth)
    }

    /// A day or a year; before 1900 or after the dossier itself it is a slip and left out.
    private mutating func birth(
        _ header: SourceRow<HeaderColumn>, before date: Timestamp?
    ) -> Person.Birth? {
        let limit = date.map { rules.zone.civil(of: $0) }
        if let birth = birth(header, .birthDate, limit) { return birth }
        return birth(header, .birthYear, limit)
    }

    private mutating func birth(
        _ header: SourceRow<HeaderColumn>, _ column: HeaderColumn, _ limit: CivilTime?
    ) -> Person.Birth? {
        let written = line(header, column)
        if written.isEmpty { return nil }
        let bytes = written.utf8Span.span
        if bytes.count == 4, let year = bytes.decimal(at: 0, count: 4) {
            if year >= 1900, year <= limit?.year ?? 9999 { return .year(year) }
        } else if case .time(let read, let offset, _) = CivilTimeReader.read(written) {
            if isAbsent(read) { return nil }
            if read.isPossible, read.year >= 1900 {
                let time = local(read, offset)
                let day = CivilDate(year: time.year, month: time.month, day: time.day)
                let last = limit.map { CivilDate(year: $0.year, month: $0.month, day: $0.day) }
                if last.map({ day <= $0 }) ?? true {
                    return .date(year: day.year, month: day.month, day: day.day)
                }
            }
        }
        remark(.birthOmitted, column.place)
        return nil
    }

    /// A time with an offset, as clocks in the source's zone showed it.
    private func local(_ time: CivilTime, _ offsetMinutes: Int?) -> CivilTime {
        guard let offsetMinutes else { return time }
        return rules.zone.civil(
            of: Timestamp(
                milliseconds: time.millisecondsAsUTC - Int64(offsetMinutes) * 60_000))
    }
}
