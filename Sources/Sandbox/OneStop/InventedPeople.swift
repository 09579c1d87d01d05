/// People who do not exist: Vietnamese-looking names, identity numbers that begin with 000.
///
/// Person number n of a seed is always the same one, so that nobody has to be remembered.
struct InventedPeople: Sendable {
    let seed: UInt64
    let count: Int

    func person(_ index: Int) -> InventedPerson {
        var dice = Dice(seed: seed, stream: 0x7000_0000_0000 + UInt64(index))
        let isWoman = dice.happens(0.5)
        let name = PersonName.make(&dice, woman: isWoman)
        let hasOldCard = dice.happens(0.08)
        let year = dice.within(1945...2006)
        let birth: String
        if dice.happens(0.06) {
            birth = String(year)
        } else {
            birth = "\(year)-\(two(dice.within(1...12)))-\(two(dice.within(1...28)))"
        }
        let mobile = "09\(digits(dice.below(100_000_000), 8))"
        return InventedPerson(
            index: index, name: dice.happens(0.3) ? name.uppercased() : name,
            number: number(index, isOld: hasOldCard), birth: birth,
            phone: dice.happens(0.92) ? mobile : "",
            email: dice.happens(0.4) ? "congdan\(index)@example.vn" : "",
            account: "tech-\(digits(index + 1, 9))", usesVNeID: dice.happens(0.6))
    }

    /// What the population database has on this person: mostly the same, sometimes nothing, now and
    /// then another name or birth, so that every outcome of a verification occurs.
    func registered(_ person: InventedPerson) -> RegisteredPerson {
        var dice = Dice(seed: seed, stream: 0x7100_0000_0000 + UInt64(person.index))
        var birth = person.birth.filter { $0 != "-" }
        var name = person.name.uppercased()
        // The first few show every outcome even in the smallest sample.
        let kind = person.index < 8 ? person.index % 4 : dice.weighted([90, 4, 3, 3])
        switch kind {
        case 1:
            return RegisteredPerson(number: person.number, name: name, birth: birth, present: false)
        case 2: name = PersonName.make(&dice, woman: dice.happens(0.5)).uppercased() + " B"
        case 3: birth = String(1930 + dice.below(10)) + String(birth.dropFirst(4))
        default: break
        }
        return RegisteredPerson(number: person.number, name: name, birth: birth, present: true)
    }

    /// Distinct for distinct people: multiplication by a number prime to the modulus permutes it.
    private func number(_ index: Int, isOld: Bool) -> String {
        let shift = Int(seed % 899_981)
        if isOld { return "000" + digits((index * 370_451 + shift) % 1_000_000, 6) }
        return "000" + digits((index * 370_248_451 + shift * 1_009) % 1_000_000_000, 9)
    }

    private func two(_ value: Int) -> String { digits(value, 2) }
}

struct InventedPerson: Sendable {
    var index: Int
    var name: String
    /// 12 digits, or the 9 of an old card; both begin with 000.
    var number: String
    /// `YYYY-MM-DD`, or `YYYY` when only the year is known.
    var birth: String
    var phone: String
    var email: String
    /// The identifier of the person's portal account.
    var account: String
    var usesVNeID: Bool
}

/// A person as the sandbox's population database has him.
struct RegisteredPerson: Sendable, Equatable {
    var number: String
    var name: String
    /// `YYYYMMDD` or `YYYY`.
    var birth: String
    var present: Bool
}

/// A number in decimal with leading zeros.
func digits(_ value: Int, _ width: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, width - text.count)) + text
}
