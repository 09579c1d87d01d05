/// The working minutes of the steps of a dossier.
enum StepMinutes {
    /// Minutes for a road that ends before `until`: a few days before when the dossier is under way, up
    /// to a year and a half when its road has ended.
    static func ending(_ until: OfficeTime, _ road: [Int], _ dice: inout Dice) -> [Int] {
        let isOver = Story.isOver(road.last ?? 1)
        let age = isOver ? dice.below(420 * WorkingMinute.perDay) : dice.below(2700)
        var minutes: [Int] = [WorkingMinute.at(until) - 1 - age]
        for _ in road.dropFirst() {
            // Two steps of the same minute happen, as they do when one officer does both.
            let gap = dice.happens(0.05) ? 0 : dice.within(4...700)
            minutes.append((minutes.last ?? 0) - gap)
        }
        return minutes.reversed()
    }
}

/// Gives a dossier its steps and the times that follow from them.
struct DossierTimeline {
    var minutes: [Int]
    var road: [Int]

    func fill(_ dossier: inout InventedDossier, _ dice: inout Dice) {
        var times: [OfficeTime] = []
        for minute in minutes {
            let time = WorkingMinute.time(minute).adding(milliseconds: Int64(dice.below(59_000)))
            // Two steps of one minute stay in their order. Equal times occur, but not of like steps: a
            // portal that knows a step by its content must see two.
            let isAlike = times.count > 0 && road[times.count] == road[times.count - 1]
            let earliest = times.last?.adding(seconds: isAlike ? 1 : 0)
            times.append(max(time, earliest ?? time))
        }
        guard let first = times.first, let last = times.last else { return }
        // People submit online at any hour.
        let early = dossier.channel == 2 ? dice.below(9 * 3600) : dice.below(900)
        dossier.submittedAt = first.adding(seconds: -early)
        dossier.modifiedAt = last.adding(milliseconds: Int64(dice.below(2000)))
        for (index, status) in road.enumerated() {
            let at = index == 0 ? dossier.submittedAt ?? first : times[index]
            settle(&dossier, status, at, minutes[index])
            dossier.steps.append(
                step(dossier, status, at, minutes[index], isFirst: index == 0, &dice))
        }
    }

    /// The header's times that a step to this status sets.
    private func settle(
        _ dossier: inout InventedDossier, _ status: Int, _ at: OfficeTime, _ minute: Int
    ) {
        switch status {
        case 2:
            dossier.acceptedAt = at
            dossier.dueAt = WorkingMinute.closing(minute, after: dossier.procedure.days)
        case 3: dossier.refusedAt = at
        case 7, 8, 9: dossier.finishedAt = at
        case 10:
            dossier.returnedAt = at
            dossier.returnInformation =
                dossier.isReturnedByPost ? "Gửi qua bưu chính" : "Trả tại bộ phận một cửa"
        default: break
        }
    }

    private func step(
        _ dossier: InventedDossier, _ status: Int, _ at: OfficeTime, _ minute: Int, isFirst: Bool,
        _ dice: inout Dice
    ) -> InventedStep {
        let desk = Story.desk(status)
        let officer =
            isFirst && dossier.channel == 2
            ? dossier.person.name : PersonName.make(&dice, woman: dice.happens(0.5))
        return InventedStep(
            officer: dice.happens(0.02) ? "" : officer, title: desk.title,
            department: desk.department, content: Story.content(status, isFirst: isFirst),
            status: status, performedAt: at, startedAt: status == 4 ? at : nil,
            dueAt: status == 4 ? WorkingMinute.closing(minute, after: 1) : nil)
    }
}
