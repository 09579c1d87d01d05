package import Operating

/// What staff read of a dossier that waits for its turn at one destination: LT-2031 … LT-2036.
extension Trouble {
    package static func waiting(_ wait: StatusWait, dossier: DossierCode, destination: String)
        -> Trouble
    {
        let status = wait.status
        let needs = wait.needs.joined(separator: ", ")
        let subject = (
            vi: "Hồ sơ \(dossier.rawValue) chờ ở \(destination):",
            en: "Dossier \(dossier.rawValue) waits at \(destination):"
        )
        let vi: String
        let en: String
        switch wait.reason {
        case .missing:
            vi = "trạng thái \(status) chưa gửi được vì thiếu trạng thái \(needs) trước đó"
            en = "status \(status) cannot go before status \(needs), which the source does not have"
        case .repeated:
            vi = "trạng thái \(status) đã gửi rồi mà nguồn lại có thêm một lần"
            en = "status \(status) has been told, and the source has it once more"
        case .earlier:
            vi = "trạng thái \(status) đến sau khi đã gửi trạng thái đứng sau nó"
            en = "status \(status) comes after a later one has been told"
        case .ended:
            vi = "trạng thái \(status) đến sau trạng thái kết thúc"
            en = "status \(status) follows a status that ends the road"
        case .unplaced:
            vi = "trạng thái \(status) không có trong thứ tự của hợp đồng"
            en = "status \(status) has no place in the contract's order"
        case .field:
            vi = "bước có trạng thái \(status) thiếu hoặc sai trường \(needs)"
            en = "the step with status \(status) cannot be sent for its field \(needs)"
        }
        let cure = wait.reason.cure
        return Trouble(
            wait.reason.code, .findings, vietnamese: "\(subject.vi) \(vi).",
            english: "\(subject.en) \(en).", fixVietnamese: cure.vi, fix: cure.en)
    }
}

extension StatusWait.Reason {
    package var code: String {
        switch self {
        case .missing: "LT-2031"
        case .repeated: "LT-2032"
        case .earlier: "LT-2033"
        case .ended: "LT-2034"
        case .unplaced: "LT-2035"
        case .field: "LT-2036"
        }
    }

    fileprivate var cure: (vi: String, en: String) {
        switch self {
        case .missing:
            (
                "Ghi bước còn thiếu trong hệ thống một cửa (đúng thời điểm nghiệp vụ); hồ sơ tự đi tiếp.",
                "Record the missing step in the one-stop system, at its business time; the rest follows by itself."
            )
        case .repeated, .earlier:
            (
                "Sửa trạng thái của bước trong hệ thống một cửa, hoặc đặt repeated/earlier: \"drop\" trong hợp đồng nếu nơi nhận không cần, rồi: systemctl reload lienthongd",
                "Correct the step's status in the one-stop system, or set repeated/earlier: \"drop\" in the contract if the destination does not need it, then: systemctl reload lienthongd"
            )
        case .ended:
            (
                "Kiểm tra với nơi nhận hồ sơ đã kết thúc chưa; sửa bước kết thúc nếu ghi nhầm.",
                "Ask whether the destination has closed the dossier; correct the closing step if it was a mistake."
            )
        case .unplaced:
            (
                "Thêm trạng thái vào order của hợp đồng, rồi: systemctl reload lienthongd",
                "Add the status to the contract's order, then: systemctl reload lienthongd"
            )
        case .field:
            (
                "Điền hoặc sửa trường này trong hệ thống một cửa; hồ sơ tự đi tiếp.",
                "Fill in or correct the field in the one-stop system; the rest follows by itself."
            )
        }
    }
}
