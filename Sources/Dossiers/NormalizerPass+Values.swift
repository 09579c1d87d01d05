internal import Wire

/// Times, numbers, flags and codes of closed lists.
extension NormalizerPass {
    /// What a date without a time stands for.
    enum DayAlone {
        case start
        /// The whole day may be used, so a deadline ends with it; midnight would make every dossier that
        /// is finished on its last day a late one.
        case end
    }

    func timestamp<C: PlacedColumn>(
        _ row: SourceRow<C>, _ column: C, dayAlone: DayAlone = .start
    ) throws(Hold) -> Timestamp? {
        guard let reading = row.read(column, CivilTimeReader.read) else { return nil }
        switch reading {
        case .nothing: return nil
        case .unreadable: throw Hold(.dateImpossible, field: column.place)
        case .time(var time, let offset, let isDayAlone):
            if isAbsent(time) { return nil }
            guard time.isPossible, rules.plausibleYears.contains(time.year) else {
                throw Hold(.dateImpossible, field: column.place)
            }
            if isDayAlone, case .end = dayAlone {
                (time.hour, time.minute, time.second) = (23, 59, 59)
            }
            guard let offset else { return rules.zone.timestamp(of: time) }
            return Timestamp(milliseconds: time.millisecondsAsUTC - Int64(offset) * 60_000)
        }
    }

    /// Whether a day is one of those that mean "no date".
    func isAbsent(_ time: CivilTime) -> Bool {
        rules.absentDates.contains(CivilDate(year: time.year, month: time.month, day: time.day))
    }

    /// `0 1 t f true false`, in capitals or not; NULL and empty are false.
    func flag<C: PlacedColumn>(_ row: SourceRow<C>, _ column: C) throws(Hold) -> Bool {
        guard let known = row.read(column, Flag.init) else { return false }
        if case .known(let value) = known { return value }
        switch TextCleaner.line(row[column] ?? "").lowercased() {
        case "0", "f", "false", "": return false
        case "1", "t", "true": return true
        default: throw Hold(.numberMalformed, field: column.place)
        }
    }

    /// A whole number that is not negative; nil for NULL and empty.
    ///
    /// A fraction of zeros (`8000.00`) is dropped, but for one of three digits: `8.000` is eight to a
    /// database and eight thousand to an office.
    func wholeNumber<C: PlacedColumn>(
        _ row: SourceRow<C>, _ column: C
    ) throws(Hold) -> Int64? {
        switch row.read(column, WholeNumber.init) {
        case nil, .nothing: return nil
        case .number(let value): return value
        case .malformed: throw Hold(.numberMalformed, field: column.place)
        }
    }

    /// A number of a closed list (contracts.md §2.12); `absent` for NULL and empty.
    func choice<C: PlacedColumn, Value: RawRepresentable<Int>>(
        _ row: SourceRow<C>, _ column: C, absent: Value
    ) throws(Hold) -> Value {
        guard let number = try wholeNumber(row, column) else { return absent }
        guard let raw = Int(exactly: number), let value = Value(rawValue: raw) else {
            throw Hold(.numberMalformed, field: column.place)
        }
        return value
    }

    /// The source's own key of a row, positive.
    func key<C: PlacedColumn>(_ row: SourceRow<C>, _ column: C) throws(Hold) -> SourceKey {
        guard let number = try wholeNumber(row, column) else {
            throw Hold(.fieldMissing, field: column.place)
        }
        guard number > 0 else { throw Hold(.numberMalformed, field: column.place) }
        return SourceKey(number)
    }
}

/// What a database's truth says at first sight.
private enum Flag {
    case known(Bool)
    case unusual

    init(_ bytes: Span<UInt8>) {
        guard bytes.count <= 1 else {
            self = .unusual
            return
        }
        switch bytes.isEmpty ? UInt8(ascii: "0") : bytes[0] {
        case UInt8(ascii: "0"), UInt8(ascii: "f"): self = .known(false)
        case UInt8(ascii: "1"), UInt8(ascii: "t"): self = .known(true)
        default: self = .unusual
        }
    }
}

/// A whole number that is not negative, as a database writes it.
private enum WholeNumber {
    case nothing
    case number(Int64)
    case malformed

    init(_ bytes: Span<UInt8>) {
        var index = 0
        var end = bytes.count
        while index < end, bytes[index] == 0x20 { index += 1 }
        while end > index, bytes[end - 1] == 0x20 { end -= 1 }
        if index == end {
            self = .nothing
            return
        }
        self = .malformed
        var value: Int64 = 0
        let first = index
        while index < end, bytes[index] &- UInt8(ascii: "0") < 10 {
            let digit = Int64(bytes[index] - UInt8(ascii: "0"))
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(digit)
            if overflow || carry { return }
            value = sum
            index += 1
        }
        guard index > first else { return }
        if index < end {
            let decimals = end - index - 1
            guard bytes[index] == UInt8(ascii: "."), decimals > 0, decimals != 3 else { return }
            index += 1
            while index < end {
                guard bytes[index] == UInt8(ascii: "0") else { return }
                index += 1
            }
        }
        self = .number(value)
    }
}
