package import Dossiers
package import Operating
package import Outbox

extension ParkCause {
    /// The stable code of the trouble that a cause is told as.
    package var troubleCode: String {
        switch self {
        case .rejected: "LT-5101"
        case .needsMapping: "LT-5102"
        case .undecidable: "LT-5103"
        case .exhausted: "LT-5104"
        case .keyConflict: "LT-5105"
        case .unreadable: "LT-5106"
        case .headerMissing: "LT-5107"
        case .outOfOrder: "LT-5108"
        }
    }
}

extension Trouble {
    /// Why a delivery is parked, in both languages, with the command that frees it.
    ///
    /// - Parameter answerCode: the destination's own code at the last attempt; empty when there was none.
    package static func parked(
        _ cause: ParkCause, destination: DestinationID, code: DossierCode, answerCode: String
    ) -> Trouble {
        let words = ParkedWords(cause, destination: destination, code: code)
        let mark = answerCode.isEmpty ? "" : " [\(answerCode)]"
        return Trouble(
            cause.troubleCode, .findings, vietnamese: words.vietnamese + mark,
            english: words.english + mark, fixVietnamese: words.fixVietnamese, fix: words.fix)
    }
}

/// The words for one cause.
private struct ParkedWords {
    var vietnamese: String
    var english: String
    var fixVietnamese: String
    var fix: String

    init(_ cause: ParkCause, destination: DestinationID, code: DossierCode) {
        let name = destination.rawValue
        let dossier = code.rawValue
        let target = "--dossier \(dossier) --destination \(name)"
        let retry = "lienthongd queue retry \(target)"
        let arrived = "lienthongd queue arrived \(target) --reason \"…\""
        let send = "lienthongd queue send \(target) --reason \"…\""
        let explain = "lienthongd explain \(dossier)"
        switch cause {
        case .rejected:
            vietnamese = "“\(name)” từ chối nội dung của hồ sơ \(dossier)."
            english = "“\(name)” refuses the content of dossier \(dossier)."
            fixVietnamese =
                "Xem lý do: \(explain). Sửa hồ sơ ở hệ thống một cửa thì tự gửi lại; hoặc: \(retry)"
            fix =
                "See why: \(explain). Corrected in the one-stop system it goes by itself; or: \(retry)"
        case .needsMapping:
            vietnamese = "“\(name)” không biết mã thủ tục hoặc mã đơn vị trong hồ sơ \(dossier)."
            english = "“\(name)” does not know a procedure or unit code in dossier \(dossier)."
            fixVietnamese =
                "Bổ sung bảng mã (lienthongd check nêu thư mục), systemctl reload lienthongd, rồi: \(retry) (đọc lại và gửi)"
            fix =
                "Add it to the code tables (lienthongd check names their folder), systemctl reload lienthongd, then: \(retry) (reads it again and sends it)"
        case .undecidable:
            vietnamese =
                "Không rõ “\(name)” đã nhận tiến độ của hồ sơ \(dossier) hay chưa và không tra cứu được."
            english =
                "Whether “\(name)” has the progress of dossier \(dossier) is not known and cannot be asked."
            fixVietnamese =
                "Xem tiến độ trên hệ thống đích. Đã có: \(arrived). Chưa có: \(send)"
            fix = "Look it up there. If it is there: \(arrived). If it is not: \(send)"
        case .outOfOrder:
            vietnamese =
                "“\(name)” có bước xử lý sau nhưng thiếu bước trước của hồ sơ \(dossier); gửi bù sẽ sai thứ tự."
            english =
                "“\(name)” holds later steps of dossier \(dossier) but not earlier ones; what is missing would come out of order."
            fixVietnamese =
                "Nhờ hệ thống đích sửa tiến độ rồi: \(retry) (tra cứu lại). Chấp nhận như đang có: \(arrived)"
            fix =
                "Have it corrected there, then: \(retry) (asks again). To accept it as it is: \(arrived)"
        case .exhausted:
            vietnamese = "Đã thử gửi hồ sơ \(dossier) tới “\(name)” hết số lần cho phép."
            english = "Every allowed attempt to send dossier \(dossier) to “\(name)” has failed."
            fixVietnamese = "Xem các lần thử: \(explain), xử lý nguyên nhân, rồi: \(retry)"
            fix = "See the attempts: \(explain), remove the cause, then: \(retry)"
        case .keyConflict:
            vietnamese = "“\(name)” đã gắn khoá chống trùng của hồ sơ \(dossier) với nội dung khác."
            english =
                "“\(name)” holds other content under the idempotency key of dossier \(dossier)."
            fixVietnamese = "Gửi lại dưới khoá mới: lienthongd resync \(target)"
            fix = "Send it under a new key: lienthongd resync \(target)"
        case .unreadable:
            vietnamese = "Không mở được nội dung đã lưu của hồ sơ \(dossier) gửi “\(name)”."
            english = "The stored body of dossier \(dossier) for “\(name)” cannot be opened."
            fixVietnamese = "Kiểm tra khoá của kho trạng thái, rồi: lienthongd resync \(target)"
            fix = "Check the state store's key, then: lienthongd resync \(target)"
        case .headerMissing:
            vietnamese =
                "“\(name)” không có hồ sơ \(dossier), nên chưa nhận được tiến độ; đang gửi lại hồ sơ."
            english =
                "“\(name)” does not have dossier \(dossier), so its progress waits; it is sent again."
            fixVietnamese =
                "Thường tự khỏi. Nếu hồ sơ không còn ở hệ thống một cửa, hoặc kéo dài: lienthongd resync \(target)"
            fix =
                "Mostly mends itself. If it lasts, or the one-stop system lost it: lienthongd resync \(target)"
        }
    }
}
