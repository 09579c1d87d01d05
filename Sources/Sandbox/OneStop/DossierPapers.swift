/// Gives a dossier what lies in its folder: files, results, fees, papers, supplements.
enum DossierPapers {
    static func fill(_ dossier: inout InventedDossier, _ dice: inout Dice) {
        let start = dossier.submittedAt ?? dossier.modifiedAt
        for index in 0..<dice.within(1...4) {
            dossier.files.append(submitted(dossier, index, at: start, &dice))
        }
        if [9, 10].contains(dossier.status) {
            dossier.files.append(result(dossier, at: dossier.modifiedAt))
        }
        if dossier.procedure.fee > 0 || dice.happens(0.3) {
            dossier.fees.append(fee(&dossier, &dice))
        }
        if dossier.channel != 2, dice.happens(0.5) {
            dossier.papers.append(
                InventedPaper(
                    name: "Bản sao giấy tờ kèm theo", quantity: Int64(dice.within(1...3)),
                    kind: Int64(dice.within(1...2))))
        }
        if let index = dossier.steps.firstIndex(where: { $0.status == 5 }) {
            dossier.supplements.append(supplement(dossier, index, &dice))
        }
    }

    static func submitted(
        _ dossier: InventedDossier, _ index: Int, at time: OfficeTime, _ dice: inout Dice
    ) -> InventedFile {
        let reuse = [0, 0, 0, 0, 0, 0, 1, 1, 2][dice.below(9)]
        return InventedFile(
            kind: .submitted, name: names[(index + Int(dossier.id)) % names.count],
            componentCode: dice.happens(0.6) ? "TP.\(digits(dice.below(999_999), 6))" : "",
            isDigitised: dossier.channel != 2 && dice.happens(0.7), reuse: reuse,
            isFromWarehouse: dice.happens(0.1),
            replacingResultCode: reuse == 2 ? dossier.procedure.resultCode : "",
            isDeleted: index > 0 && dice.happens(0.03), addedAt: time)
    }

    static func result(_ dossier: InventedDossier, at time: OfficeTime) -> InventedFile {
        InventedFile(
            kind: .result, name: "\(dossier.procedure.resultName) \(dossier.code).pdf",
            resultCode: dossier.procedure.resultCode, isDigitised: true, addedAt: time)
    }

    private static func fee(
        _ dossier: inout InventedDossier, _ dice: inout Dice
    ) -> InventedFee {
        let isPaid = dossier.status > 3 && dossier.status != 6
        let isOnline = dossier.channel == 2 && dice.happens(0.75)
        if isPaid, isOnline { dossier.onlinePayment = dice.happens(0.7) ? 1 : 2 }
        let start = dossier.submittedAt ?? dossier.modifiedAt
        return InventedFee(
            name: "Lệ phí \(dossier.procedure.fieldName.lowercased())",
            amount: dossier.procedure.fee,
            paidAt: isPaid ? dossier.acceptedAt : nil, isPaidOnline: isOnline, recordedAt: start)
    }

    static func supplement(
        _ dossier: InventedDossier, _ index: Int, _ dice: inout Dice
    ) -> InventedSupplement {
        let asked = dossier.steps[index]
        var round = InventedSupplement(
            requestedBy: asked.officer, content: "Bổ sung bản sao giấy tờ tuỳ thân",
            requestedAt: asked.performedAt, previousDueAt: dossier.dueAt)
        let after = dossier.steps.dropFirst(index + 1).first
        if let after {
            round.receivedBy = after.officer
            round.receivedInformation = "Đã nhận đủ giấy tờ"
            round.receivedAt = after.performedAt
            round.newDueAt = dossier.dueAt?.adding(seconds: 86_400 * dice.within(1...5))
        }
        return round
    }

    private static let names = [
        "to-khai.pdf", "Giấy tờ tuỳ thân (mặt trước).jpg", "Giấy tờ tuỳ thân (mặt sau).jpg",
        "Giấy chứng sinh.pdf", "Hợp đồng & phụ lục.pdf", "Đơn đề nghị.docx", "Bản vẽ số 1.pdf",
        "Giấy uỷ quyền.pdf",
    ]
}
