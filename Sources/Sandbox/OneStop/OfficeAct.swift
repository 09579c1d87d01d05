internal import Wire

/// One change that an officer makes.
struct OfficeAct {
    let book: any OfficeBook
    let maker: DossierMaker
    let shared: OfficeShared

    typealias Count = (inout OfficeCounts) -> Void

    /// Makes a change in the open transaction and says what to count once it is committed.
    func perform(_ dice: inout Dice) throws -> Count {
        let now = OfficeTime(WallClock.system.now().wall)
        switch dice.weighted([18, 1, 2, 79]) {
        case 0: return try arrive(now, &dice)
        case 1: return try mapProcedure(now, &dice)
        case 2: return try mend(now, &dice)
        default: break
        }
        guard let dossier = try pick(&dice) else { return { _ in } }
        switch dice.weighted([56, 10, 8, 8, 10, 8]) {
        case 0: return try advance(dossier, now, &dice)
        case 1: return try addFile(dossier, now, &dice)
        case 2:
            try book.pay(dossier, at: now)
            return { $0.payments += 1 }
        case 3:
            try book.touchFile(of: dossier, at: now)
            return { $0.files += 1 }
        case 4:
            let notes = ["Đã đính chính ghi chú", "Công dân bổ sung số điện thoại", ""]
            try book.correctNote(dossier, dice.one(of: notes), at: now)
        default:
            let name = PersonName.make(&dice, woman: dice.happens(0.5))
            try book.correctName(dossier, name, at: now)
        }
        return { $0.corrections += 1 }
    }

    /// Most work is on recent dossiers, and on those whose road has not ended.
    private func pick(_ dice: inout Dice) throws -> OpenDossier? {
        var picked: OpenDossier?
        for _ in 0..<4 {
            let last = shared.lastDossier
            let span = dice.happens(0.5) ? max(1, last / 20) : last
            picked = try book.pick(from: last - Int64(dice.below(Int(span)))) ?? picked
            if let status = picked?.status, !Story.isOver(status) || dice.happens(0.1) { break }
        }
        return picked
    }

    func anyDossier(_ dice: inout Dice) throws -> OpenDossier? { try pick(&dice) }

    private func arrive(_ now: OfficeTime, _ dice: inout Dice) throws -> Count {
        let id = shared.numbers { RowNumbers.take(&$0.dossier) }
        let known = shared.people.isEmpty || dice.happens(0.2) ? nil : dice.one(of: shared.people)
        try book.add(maker.arrival(id: id, by: known, at: now, &dice))
        return { $0.arrivals += 1 }
    }

    private func mapProcedure(_ now: OfficeTime, _ dice: inout Dice) throws -> Count {
        let index = dice.below(InventedProcedures.unmapped.count)
        let done = try book.map(
            InventedProcedures.unmapped[index], to: InventedProcedures.laterCode(index), at: now)
        return { if done { $0.mappings += 1 } }
    }

    private func mend(_ now: OfficeTime, _ dice: inout Dice) throws -> Count {
        guard let held = try book.pickHeld() else { return { _ in } }
        try book.mend(held, dice.one(of: maker.units.communes), at: now)
        return { $0.mendings += 1 }
    }

    private func addFile(
        _ dossier: OpenDossier, _ now: OfficeTime, _ dice: inout Dice
    ) throws -> Count {
        let file = InventedFile(
            kind: .submitted, name: "Giấy tờ bổ sung \(dice.within(1...99)).pdf",
            isDigitised: dice.happens(0.5), reuse: 0, addedAt: now)
        try book.add(file, to: dossier)
        return { $0.files += 1 }
    }

    private func advance(
        _ dossier: OpenDossier, _ now: OfficeTime, _ dice: inout Dice
    ) throws -> Count {
        guard let status = dossier.status, let next = Story.next(after: status, &dice) else {
            try book.correctNote(dossier, "Hồ sơ đã lưu kho", at: now)
            return { $0.corrections += 1 }
        }
        let desk = Story.desk(next)
        // A portal may know a step by its content, so no two of a dossier fall into one second.
        let at = max(now, dossier.lastStepAt?.adding(seconds: 1) ?? now)
        let step = InventedStep(
            officer: PersonName.make(&dice, woman: dice.happens(0.5)), title: desk.title,
            department: desk.department, content: Story.content(next, isFirst: false),
            status: next, performedAt: at, startedAt: next == 4 ? at : nil,
            dueAt: next == 4
                ? WorkingMinute.closing(WorkingMinute.at(at), after: 1) : nil)
        try book.advance(dossier, step)
        return try consequences(dossier, step)
    }

    private func consequences(_ dossier: OpenDossier, _ step: InventedStep) throws -> Count {
        var supplements = 0
        var results = 0
        if step.status == 5 {
            supplements = 1
            try book.ask(
                InventedSupplement(
                    requestedBy: step.officer, content: "Bổ sung giấy tờ còn thiếu",
                    requestedAt: step.performedAt, previousDueAt: dossier.dueAt), of: dossier)
        } else if dossier.status == 5 {
            supplements = 1
            try book.answerSupplement(dossier, by: step.officer, at: step.performedAt)
        } else if dossier.status == 6 {
            try book.pay(dossier, at: step.performedAt)
        }
        if step.status == 9, let procedure = dossier.procedure {
            results = 1
            try book.add(
                InventedFile(
                    kind: .result, name: "\(procedure.resultName) \(dossier.code).pdf",
                    resultCode: procedure.resultCode, isDigitised: true,
                    addedAt: step.performedAt), to: dossier)
        }
        return { counts in
            counts.steps += 1
            counts.supplements += supplements
            counts.results += results
        }
    }
}
