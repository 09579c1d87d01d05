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
        let digits = NormalizerPass.digits(in: written)
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

    /// The ASCII digits of a text that has nothing else but blanks, dots, dashes and, if `round`, round
    /// brackets; nil when it has.
    private static func digits(in text: String, round: Bool = false) -> String? {
        if text.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }) { return text }
        var digits: [UInt8] = []
        digits.reserveCapacity(16)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits.append(byte)
            case UInt8(ascii: " "), UInt8(ascii: "."), UInt8(ascii: "-"): continue
            case UInt8(ascii: "("), UInt8(ascii: ")"):
                if !round { return nil }
            default: return nil
            }
        }
        return String(decoding: digits, as: UTF8.self)
    }

    /// A telephone number in its national form: `0` and 9 or 10 digits more.
    ///
    /// A fax is one too: the portal takes it by the same rule.
    mutating func phone(
        _ header: SourceRow<HeaderColumn>, _ column: HeaderColumn = .phone
    ) -> String {
        let written = line(header, column)
        if written.isEmpty { return "" }
        if let number = NormalizerPass.nationalPhone(written) { return number }
        remark(.phoneOmitted, column.place)
        return ""
    }

    private static func nationalPhone(_ written: String) -> String? {
        let isInternational = written.hasPrefix("+")
        let rest = isInternational ? String(written.dropFirst()) : written
        guard var number = digits(in: rest, round: true) else { return nil }
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
        let bytes = text.utf8Span.span
        guard bytes.count <= 254 else { return false }
        var at: Int?
        var lastDot: Int?
        for index in bytes.indices {
            switch bytes[index] {
            case UInt8(ascii: "@"):
                guard at == nil, (1...64).contains(index) else { return false }
                at = index
                lastDot = nil
            case UInt8(ascii: "."):
                // Not first in the domain, not twice in a row.
                if let at, index == (lastDot ?? at) + 1 { return false }
                lastDot = index
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                continue
            case 0x21...0x7E where at == nil && !isSpecial(bytes[index]): continue
            default: return false
            }
        }
        guard at != nil, let lastDot else { return false }
        return lastDot < bytes.count - 1
    }

    /// Characters that separate or quote addresses, so that two of them never pass for one.
    private static func isSpecial(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ":"), UInt8(ascii: "<"),
            UInt8(ascii: ">"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["),
            UInt8(ascii: "]"), UInt8(ascii: "\\"), UInt8(ascii: "\""):
            true
        default: false
        }
    }

    /// Whom to ask the population database about: a citizen with a number, a name and a birth.
    mutating func person(
        _ header: SourceRow<HeaderColumn>, _ kind: OwnerKind, _ identity: Identity?, name: String,
        date: Timestamp?
    ) -> Person? {
        guard kind == .citizen, let birth = birth(header, before: date), let identity,
            !name.isEmpty
        else { return nil }
        return Person(identity: identity, name: NormalizerPass.singleSpaced(name), birth: birth)
    }

    /// A name with one blank between words, as the population database has it.
    private static func singleSpaced(_ name: String) -> String {
        var last: UInt8 = 0
        for byte in name.utf8 {
            if byte == 0x20, last == 0x20 {
                return name.split(separator: " ").joined(separator: " ")
            }
            last = byte
        }
        return name
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
