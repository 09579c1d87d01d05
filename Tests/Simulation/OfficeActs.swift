internal import Dossiers
internal import Sandbox
internal import Wire

/// What officers do all day, drawn by chance.
final class OfficeActs {
    private let office: Office
    private let draw: Draw
    private let groupDraw: Draw
    private let strangeDraw: Draw
    private let plan: Plan
    let citizens: [CaseMaker.Citizen]
    private var nextKey: Int64 = 1
    private var made = 0
    /// Plans something for later; set by the world.
    var later: (Int64, @escaping () -> Void) -> Void = { _, _ in }

    init(office: Office, plan: Plan, draw: Draw) {
        self.office = office
        self.plan = plan
        self.draw = draw
        groupDraw = Draw(seed: plan.seed, stream: 42)
        strangeDraw = Draw(seed: plan.seed, stream: 43)
        var citizens = CaseMaker.citizens(max(4, plan.dossiers / 2), draw)
        if plan.office.awkward > 0 { Awkward.name(&citizens) }
        self.citizens = citizens
    }

    /// One act; a few of them share a transaction now and then.
    func act() {
        if office.downUntil > office.clock.steady { return }
        if draw.happens(plan.office.mapping) { office.map(draw.below(CaseMaker.procedures.count)) }
        if draw.happens(plan.office.skew) { office.skew = -draw.within(0...30_000) }
        if draw.happens(plan.office.restart) {
            office.downUntil = office.clock.steady + draw.spread(1_000...600_000)
            office.sessions += 1
            office.abortAll()
            office.trace.note("office ! restarts")
        }
        let delay = draw.happens(plan.office.late) ? lateness() : 0
        if draw.happens(plan.office.deletes) { return deleteOrReturn(after: delay) }
        var keys: [Int64] = []
        var changes: [(inout [Int64: SourceDossier]) -> Void] = []
        for _ in 0..<(draw.happens(plan.office.together) ? 1 + draw.below(6) : 1) {
            add(&keys, &changes)
        }
        let isSilent = draw.happens(plan.office.silent)
        if !changes.isEmpty {
            office.begin(keys, commitIn: delay, isSilent: isSilent, changes)
        }
    }

    /// How long a transaction stays open, within the overlap.
    private func lateness() -> Int64 {
        plan.has(.slowSource) || plan.has(.walk)
            ? draw.within(30_000...(Office.overlapMilliseconds - 5_000)) : draw.spread(1...60_000)
    }

    /// A row is deleted, comes back as it was, or most of them vanish at once (a restored copy, a lost
    /// permission) and perhaps come back.
    private func deleteOrReturn(after delay: Int64) {
        let gone = office.gone.keys.sorted()
        let there = office.keys.filter { !office.isLocked($0) }
        if !gone.isEmpty, draw.happens(0.4) { return bringBack([draw.one(of: gone)]) }
        guard !there.isEmpty else { return }
        guard plan.office.vanishes, draw.happens(0.2) else {
            return remove([draw.one(of: there)], after: plan.theme == nil ? 0 : delay)
        }
        let many = there.filter { _ in draw.happens(0.8) }
        remove(many)
        office.trace.note("office ! loses \(many.count) rows")
        guard draw.happens(0.7) else { return }
        let delay = draw.spread(1_000...7_200_000)
        later(delay) { [self] in bringBack(many.filter { office.gone[$0] != nil }) }
    }

    private func remove(_ keys: [Int64], after delay: Int64 = 0) {
        if !keys.isEmpty {
            office.begin(keys, commitIn: delay, keys.map { key in { $0[key] = nil } })
        }
    }

    private func bringBack(_ keys: [Int64]) {
        let rows = keys.compactMap { key in office.gone[key].map { (key, $0) } }
        guard !rows.isEmpty else { return }
        office.begin(rows.map(\.0), commitIn: 0, rows.map { key, row in { $0[key] = row } })
    }

    /// So many dossiers came before the daemon did.
    func arrive(_ count: Int) {
        for _ in 0..<count {
            let (key, dossier) = arrival()
            office.begin([key], commitIn: 0, [{ $0[key] = dossier }])
        }
    }

    private func arrival() -> (key: Int64, dossier: SourceDossier) {
        let key = nextKey
        // Numbers are taken when a transaction begins, and some are never used.
        nextKey += draw.happens(0.1) ? 2 : 1
        made += 1
        let citizen = draw.one(of: citizens)
        var dossier = CaseMaker.arrival(key: key, citizen: citizen, at: office.time, draw)
        if groupDraw.happens(plan.pressure.groups) {
            dossier.header[.procedureName] = CaseMaker.procedures[0].name
            dossier.header[.fieldCode] = CaseMaker.procedures[0].field
            dossier.header[.fieldName] = CaseMaker.fieldNames[CaseMaker.procedures[0].field]
            dossier.header[.summary] = CaseMaker.procedures[0].name
            GroupCase.turn(&dossier)
        }
        if strangeDraw.happens(plan.office.spellings) {
            dossier.header[.ownerName] = Awkward.spelling(of: citizen.name, strangeDraw)
        }
        if plan.office.datesApart, strangeDraw.happens(0.5) {
            let day = CaseMaker.text(office.time - 86_400_000)
            (dossier.header[.submittedAt], dossier.header[.acceptedAt]) = (day, day)
        }
        return (key, dossier)
    }

    /// Everything bad is mended, for the end of a run.
    func mendAll() {
        office.commitAll()
        office.skew = 0
        office.downUntil = .min
        guard plan.office.mendsAll else { return }
        for index in CaseMaker.procedures.indices { office.map(index) }
        for key in office.unreadable.sorted() where office.committed[key] != nil {
            office.begin([key], commitIn: 0, [makeReadable(key)])
        }
        for key in office.keys {
            guard let dossier = office.committed[key] else { continue }
            if OfficeActs.isBad(dossier) { office.begin([key], commitIn: 0, [mend(key)]) }
        }
    }

    private func add(
        _ keys: inout [Int64], _ changes: inout [(inout [Int64: SourceDossier]) -> Void]
    ) {
        let wantsNew = made < plan.dossiers && (made < 3 || draw.happens(0.4))
        if wantsNew {
            let (key, dossier) = arrival()
            keys.append(key)
            changes.append { $0[key] = dossier }
            return
        }
        guard !office.keys.isEmpty else { return }
        let key = draw.one(of: office.keys)
        guard !office.isLocked(key), !keys.contains(key), let dossier = office.committed[key] else {
            return
        }
        keys.append(key)
        changes.append(change(key, dossier))
    }

    private func change(
        _ key: Int64, _ dossier: SourceDossier
    ) -> (inout [Int64: SourceDossier]) -> Void {
        if office.unreadable.contains(key), strangeDraw.happens(0.3) { return makeReadable(key) }
        if strangeDraw.happens(plan.office.unreadables) {
            office.unreadable.insert(key)
            office.trace.note("office \(office.code(key)) cannot be read from now on")
            return { $0[key]?.header[.note] = "Ghi chú" }
        }
        if OfficeActs.isBad(dossier), draw.happens(0.3) { return mend(key) }
        if draw.happens(plan.office.bad) { return spoil(key) }
        var next = dossier
        let time = office.time
        if groupDraw.happens(plan.pressure.rewrites), let last = next.steps.indices.last {
            // What was told stays told as it was.
            let place = groupDraw.happens(0.5) ? last : groupDraw.below(next.steps.count)
            next.steps[place][.officer] = "Cán bộ \(10 + groupDraw.below(90))"
            office.rewritten[key, default: []].insert(next.steps[place][.content] ?? "")
            return { [next] in $0[key] = next }
        }
        if strangeDraw.happens(plan.office.awkward) {
            Awkward.text(&next, strangeDraw)
            return { [next] in $0[key] = next }
        }
        if strangeDraw.happens(plan.office.reapplies) {
            let citizen = strangeDraw.one(of: citizens)
            next.header[.ownerName] = citizen.name
            next.header[.identityNumber] = citizen.number
            next.header[.birthDate] = citizen.birth
            return { [next] in $0[key] = next }
        }
        if plan.office.toggles > 0, draw.happens(plan.office.toggles) {
            next.header[.note] = dossier.header[.note] == nil ? "Ghi chú" : nil
            return { [next] in $0[key] = next }
        }
        switch draw.below(10) {
        case 0...4 where GroupCase.isOne(dossier):
            guard
                let step = GroupCase.next(
                    of: dossier, at: time, groupDraw, leaps: plan.pressure.leaps)
            else { break }
            next.steps.append(step)
            next.header[.localStatus] = step[.localStatus]
        case 0...4:
            let stays = plan.office.stays > 0 && draw.happens(plan.office.stays)
            let word =
                stays ? dossier.header[.localStatus] ?? "new" : draw.one(of: CaseMaker.words)
            // Several at one instant happen.
            for _ in 0..<(draw.happens(plan.office.bursts) ? 1 + draw.below(14) : 1) {
                next.steps.append(step(after: next, word, at: time))
            }
            next.header[.localStatus] = word
        case 5:
            next.header[.note] = draw.happens(0.2) ? nil : "Ghi chú \(draw.below(4))"
        case 6:
            if next.fees.isEmpty || draw.happens(0.6) {
                next.fees.append(CaseMaker.fee(draw))
            } else if draw.happens(0.5) {
                next.fees.remove(at: draw.below(next.fees.count))
            } else {
                next.fees[draw.below(next.fees.count)][.amount] = String(1000 + draw.below(9999))
            }
        case 7:
            if next.documents.isEmpty || draw.happens(0.6) {
                next.documents.append(
                    CaseMaker.document(key * 100 + Int64(next.documents.count), draw))
            } else if draw.happens(0.5) {
                next.documents[draw.below(next.documents.count)][.isDeleted] = "1"
            } else {
                next.documents[draw.below(next.documents.count)][.name] =
                    "Bản \(draw.below(99)).pdf"
            }
        case 8:
            if next.results.isEmpty || draw.happens(0.6) {
                next.results.append(
                    CaseMaker.result(key * 100 + 50 + Int64(next.results.count), draw))
            } else {
                next.results.removeLast()
            }
        default:
            next.header[.summary] = "\(next.header[.procedureName] ?? "") lần \(draw.below(3))"
        }
        CaseMaker.settle(&next)
        let changed = next
        return { $0[key] = changed }
    }

    private func step(after dossier: SourceDossier, _ word: String, at time: Int64)
        -> SourceRow<StepColumn>
    {
        let place = dossier.steps.count + 1
        // As many keys as anybody needs, each of them once, in no order.
        let id = plan.office.mixedKeys ? place * 3_571 % 9_973 : place
        var step = CaseMaker.step(id, word, at: time, draw)
        if strangeDraw.happens(plan.office.backdated) {
            step[.performedAt] = CaseMaker.text(time - strangeDraw.within(1_000...3_600_000))
        }
        guard let last = dossier.steps.last, plan.office.twins > 0, draw.happens(plan.office.twins)
        else { return step }
        // An officer who presses the button twice; the portal shows no number that would tell them apart.
        let number = step[.stepId]
        step = last
        step[.stepId] = number
        return step
    }

    private func spoil(_ key: Int64) -> (inout [Int64: SourceDossier]) -> Void {
        let kind = draw.below(4)
        return { dossiers in
            switch kind {
            case 0: dossiers[key]?.header[.localStatus] = "chưa-rõ"
            case 1: dossiers[key]?.header[.dueAt] = "0202-13-41 08:00:00"
            case 2: dossiers[key]?.header[.note] = String(repeating: "x", count: 2100)
            default: dossiers[key]?.header[.localStatus] = CaseMaker.lateWord
            }
        }
    }

    private func makeReadable(_ key: Int64) -> (inout [Int64: SourceDossier]) -> Void {
        office.unreadable.remove(key)
        office.trace.note("office \(office.code(key)) can be read again")
        return { $0[key]?.header[.note] = "Đọc được" }
    }

    private func mend(_ key: Int64) -> (inout [Int64: SourceDossier]) -> Void {
        { dossiers in
            dossiers[key]?.header[.localStatus] = "processing"
            dossiers[key]?.header[.note] = "Đã sửa"
            let accepted = dossiers[key]?.header[.acceptedAt]
            dossiers[key]?.header[.dueAt] = accepted
        }
    }

    static func isBad(_ dossier: SourceDossier) -> Bool {
        let word = dossier.header[.localStatus]
        return word == "chưa-rõ" || word == CaseMaker.lateWord
            || (dossier.header[.note]?.utf8.count ?? 0) > 2000
            || dossier.header[.dueAt]?.hasPrefix("0202") == true
    }
}
