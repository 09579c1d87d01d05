internal import Synchronization

/// Makes dossiers that never were, each from the seed and its number alone (but for the day's ordinal
/// in its code, which counts per unit and day).
final class DossierMaker: Sendable {
    let plan: SamplePlan
    let people: InventedPeople
    let units: InventedUnits
    private let ordinals: Mutex<[String: Int]> = Mutex([:])

    init(plan: SamplePlan, units: InventedUnits) {
        self.plan = plan
        self.units = units
        // Each person has two or three dossiers.
        people = InventedPeople(seed: plan.seed, count: max(8, plan.dossiers * 2 / 5))
    }

    /// The dossier of that number, counted from 0, as it stands at ``SamplePlan/until``.
    func dossier(_ index: Int) -> InventedDossier {
        var dice = Dice(seed: plan.seed, stream: UInt64(index))
        // The first ten show all ten statuses, even in the smallest sample.
        let status = index < 10 ? index + 1 : dice.weighted(Story.weights) + 1
        let road = Story.road(to: status, &dice)
        let minutes = StepMinutes.ending(plan.until, road, &dice)
        let person = people.person(skewed(people.count, &dice))
        var dossier = newDossier(
            id: Int64(index + 1), of: person, minutes: minutes, road: road, &dice)
        for mischief in mischiefs(index, &dice) { mischief.apply(to: &dossier, units, &dice) }
        return dossier
    }

    /// A dossier that reaches the office now, of somebody on record or of a new person: its first
    /// step, and nothing else yet.
    func arrival(
        id: Int64, by known: InventedPerson?, at now: OfficeTime, _ dice: inout Dice
    ) -> InventedDossier {
        let minutes = [WorkingMinute.at(now)]
        let person = known ?? people.person(people.count + Int(id))
        var dossier = newDossier(id: id, of: person, minutes: minutes, road: [1], &dice)
        dossier.submittedAt = now
        dossier.modifiedAt = now
        for index in dossier.steps.indices { dossier.steps[index].performedAt = now }
        for index in dossier.files.indices { dossier.files[index].addedAt = now }
        for index in dossier.fees.indices { dossier.fees[index].recordedAt = now }
        if dice.happens(plan.heldShare) {
            dice.one(of: Mischief.holding).apply(to: &dossier, units, &dice)
        }
        return dossier
    }

    private func mischiefs(_ index: Int, _ dice: inout Dice) -> [Mischief] {
        guard index >= 10 else { return [] }
        if dice.happens(plan.heldShare) { return [dice.one(of: Mischief.holding)] }
        if dice.happens(plan.awkwardShare) { return [dice.one(of: Mischief.awkward)] }
        return []
    }

    private func newDossier(
        id: Int64, of person: InventedPerson, minutes: [Int], road: [Int], _ dice: inout Dice
    ) -> InventedDossier {
        let procedure = dice.one(of: InventedProcedures.mapped)
        let start = minutes.first.map { WorkingMinute.time($0) } ?? plan.until
        let unit = handlingUnit(on: start, &dice)
        let company = dice.happens(0.08) ? PersonName.company(&dice) : nil
        let channel = [2, 2, 2, 2, 2, 1, 1, 1, 1, 3][dice.below(10)]
        var dossier = InventedDossier(
            id: id, code: code(unit, on: start), procedure: procedure, unit: unit,
            channel: channel, person: person, company: company,
            ownerName: company ?? person.name,
            identityNumber: company == nil
                ? person.number : "000\(digits(Int(id % 10_000_000), 7))",
            phone: person.phone, email: person.email,
            summary: "\(procedure.name) của \(company == nil ? "công dân" : "doanh nghiệp")",
            note: dice.happens(0.25) ? dice.one(of: DossierMaker.notes) : "",
            status: road.last ?? 1, modifiedAt: start)
        dossier.isFromNationalPortal = channel == 2 && dice.happens(0.15)
        dossier.isReturnedByPost = dice.happens(0.12)
        dossier.databases = person.usesVNeID && company == nil ? "1" : ""
        DossierTimeline(minutes: minutes, road: road).fill(&dossier, &dice)
        DossierPapers.fill(&dossier, &dice)
        return dossier
    }

    /// A few people have many dossiers.
    private func skewed(_ count: Int, _ dice: inout Dice) -> Int {
        min(dice.below(count), dice.below(count))
    }

    /// A unit in force on that day; before 2025-07-01 also one of the old ones.
    private func handlingUnit(on time: OfficeTime, _ dice: inout Dice) -> InventedUnit {
        if time < InventedUnits.dissolution, dice.happens(0.5), !units.replaced.isEmpty {
            return dice.one(of: units.replaced)
        }
        return dice.happens(0.15)
            ? dice.one(of: units.departments) : dice.one(of: units.communes)
    }

    /// `H21.129-250812-0035`: unit, day, ordinal of the day.
    func code(_ unit: InventedUnit, on time: OfficeTime) -> String {
        let prefix = "\(unit.code)-\(time.shortDay)-"
        let ordinal = ordinals.withLock { counts in
            counts[prefix, default: 0] += 1
            return counts[prefix, default: 0]
        }
        return prefix + digits(ordinal, 4)
    }

    /// Makes later codes of the same unit and day begin after this one.
    func reserve(code: String) {
        guard let dash = code.lastIndex(of: "-"),
            let ordinal = Int(code[code.index(after: dash)...])
        else { return }
        let prefix = String(code[...dash])
        ordinals.withLock { $0[prefix] = max($0[prefix] ?? 0, ordinal) }
    }

    private static let notes = [
        "Công dân hẹn nhận kết quả buổi sáng", "Hồ sơ ưu tiên",
        "Đã liên hệ qua điện thoại, công dân đồng ý", "Kèm bản sao y; \"bản chính\" trả lại ngay",
        "Thiếu chữ ký trang 2\nđã ký bổ sung tại quầy",
    ]
}

/// What kind of sample is wanted.
struct SamplePlan: Sendable {
    var dossiers: Int
    var seed: UInt64
    /// The moment up to which the sample reaches.
    var until: OfficeTime
    /// The share of dossiers that no client can send as they are.
    var heldShare: Double
    /// The share of dossiers that a careful client mends by itself.
    var awkwardShare = 0.04
    /// In front of a file's number in the URL columns that have one.
    var filesURL = "https://motcua.example/tep/"
}
