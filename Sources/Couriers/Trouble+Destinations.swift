package import Dossiers
package import Operating

extension BreakerCause {
    /// The stable code of the trouble that a cause is told as.
    package var troubleCode: String {
        switch self {
        case .loginRefused: "LT-5110"
        case .sessionsRejected: "LT-5111"
        case .refused: "LT-5112"
        case .insecure: "LT-5113"
        case .unsendable: "LT-5114"
        case .unreachable: "LT-5115"
        case .unanswering: "LT-5116"
        case .failing: "LT-5117"
        case .notUnderstood: "LT-5130"
        case .wrongAddress: "LT-5118"
        case .unreadable: "LT-5119"
        }
    }
}

extension Trouble {
    /// Why a destination is not called, and what an operator does about it. Nothing is lost or parked
    /// meanwhile: what is owed waits.
    package static func destination(_ id: DestinationID, holds cause: BreakerCause) -> Trouble {
        switch cause {
        case .loginRefused: loginRefused(id)
        case .sessionsRejected: sessionsRejected(id)
        case .refused: refused(id)
        case .insecure: insecure(id)
        case .unsendable: unsendable(id)
        case .unreachable: unreachable(id)
        case .unanswering: unanswering(id)
        case .failing: failing(id)
        case .notUnderstood: notUnderstood(id)
        case .wrongAddress: wrongAddress(id)
        case .unreadable: unreadable(id, type: "", length: nil, status: nil)
        }
    }

    private static func loginRefused(_ id: DestinationID) -> Trouble {
        let name = id.rawValue
        return Trouble(
            BreakerCause.loginRefused.troubleCode, .noPermission,
            vietnamese: "“\(name)” không chấp nhận đăng nhập. Hồ sơ được giữ lại, không mất.",
            english: "“\(name)” does not accept the login. Everything is held, nothing is lost.",
            fixVietnamese:
                "Sửa tên đăng nhập hoặc mật khẩu của “\(name)”, rồi một lần: systemctl restart lienthongd (thông tin mật chỉ được đọc khi khởi động). Mỗi lần thử sai có thể làm khoá tài khoản: đừng thử liên tục.",
            fix:
                "Correct the user name or password of “\(name)”, then once: systemctl restart lienthongd (systemd passes credentials on at the start only). Each refused try is a step towards a locked account: do not repeat it."
        )
    }

    private static func sessionsRejected(_ id: DestinationID) -> Trouble {
        let name = id.rawValue
        return Trouble(
            BreakerCause.sessionsRejected.troubleCode, .noPermission,
            vietnamese: "“\(name)” cấp phiên làm việc nhưng từ chối mọi phiên vừa cấp.",
            english: "“\(name)” gives sessions and then rejects every one of them.",
            fixVietnamese:
                "Kiểm tra mã tuyến và mã đơn vị: lienthongd check; hỏi quản trị hệ thống đích.",
            fix: "Check route code and unit code: lienthongd check; ask the destination's operator."
        )
    }

    private static func refused(_ id: DestinationID) -> Trouble {
        let name = id.rawValue
        return Trouble(
            BreakerCause.refused.troubleCode, .noPermission,
            vietnamese: "“\(name)” từ chối mọi yêu cầu (sai địa chỉ, sai tuyến hoặc mất quyền).",
            english: "“\(name)” refuses every request (wrong address or route, or no permission).",
            fixVietnamese:
                "Chạy lienthongd check, sửa địa chỉ hoặc tài khoản, rồi: systemctl restart lienthongd",
            fix:
                "Run lienthongd check, correct address or account, then: systemctl restart lienthongd"
        )
    }

    private static func insecure(_ id: DestinationID) -> Trouble {
        let name = id.rawValue
        return Trouble(
            BreakerCause.insecure.troubleCode, .noPermission,
            vietnamese:
                "Không lập được kết nối TLS tin cậy với “\(name)” (chứng thư sai hoặc hết hạn).",
            english:
                "No trusted TLS connection to “\(name)” (a certificate is wrong or has expired).",
            fixVietnamese:
                "Chạy lienthongd check, thay chứng thư hoặc tệp CA, rồi: systemctl reload lienthongd",
            fix:
                "Run lienthongd check, renew the certificate or CA file, then: systemctl reload lienthongd"
        )
    }

    private static func unsendable(_ id: DestinationID) -> Trouble {
        let name = id.rawValue
        return Trouble(
            BreakerCause.unsendable.troubleCode, .configuration,
            vietnamese: "Không tạo được yêu cầu gửi “\(name)”: cấu hình thiếu hoặc sai.",
            english:
                "No request to “\(name)” can be made: its configuration is incomplete or wrong.",
            fixVietnamese:
                "Chạy lienthongd check, sửa mục được nêu, rồi: systemctl restart lienthongd",
            fix: "Run lienthongd check, mend what it names, then: systemctl restart lienthongd")
    }

    private static func unreachable(_ id: DestinationID) -> Trouble {
        let name = id.rawValue
        return Trouble(
            BreakerCause.unreachable.troubleCode, .unavailable,
            vietnamese:
                "Không kết nối được tới “\(name)”. Hồ sơ được giữ lại và tự gửi khi có kết nối.",
            english: "“\(name)” cannot be reached. What is owed waits and goes by itself later.",
            fixVietnamese: "Kiểm tra mạng, DNS, tường lửa và địa chỉ: lienthongd check",
            fix: "Check network, DNS, firewall and address: lienthongd check")
    }

    private static func unanswering(_ id: DestinationID) -> Trouble {
        let name = id.rawValue
        return Trouble(
            BreakerCause.unanswering.troubleCode, .unavailable,
            vietnamese: "“\(name)” không trả lời kịp hoặc ngắt kết nối giữa chừng.",
            english: "“\(name)” does not answer in time, or breaks off.",
            fixVietnamese:
                "Không cần làm gì: sẽ tự thử lại. Nếu kéo dài, báo quản trị hệ thống đích; xem: lienthongd status",
            fix:
                "Nothing: it is asked again. If it lasts, tell its operator; see: lienthongd status"
        )
    }

    private static func failing(_ id: DestinationID) -> Trouble {
        let name = id.rawValue
        return Trouble(
            BreakerCause.failing.troubleCode, .unavailable,
            vietnamese: "“\(name)” liên tục báo lỗi. Hồ sơ được giữ lại, không mất.",
            english: "“\(name)” keeps answering with faults. Everything is held, nothing is lost.",
            fixVietnamese:
                "Không cần làm gì: sẽ tự thử lại. Nếu kéo dài, báo quản trị hệ thống đích; xem: lienthongd status",
            fix:
                "Nothing: it is asked again. If it lasts, tell its operator; see: lienthongd status"
        )
    }

    private static func notUnderstood(_ id: DestinationID) -> Trouble {
        let name = id.rawValue
        return Trouble(
            BreakerCause.notUnderstood.troubleCode, .configuration,
            vietnamese:
                "Không hiểu câu trả lời của “\(name)”: không có câu nào được đặc tả coi là thành công. Hồ sơ được giữ lại, không mất, không bị dừng.",
            english:
                "The answers of “\(name)” are not understood: the contract knows none of them as a success. Everything is held, nothing is lost or parked.",
            fixVietnamese:
                "Xem nguyên văn: lienthongd explain MaHoSo; sửa answers.rules trong đặc tả của “\(name)”, rồi: systemctl reload lienthongd",
            fix:
                "Read them: lienthongd explain CODE; correct answers.rules in the contract of “\(name)”, then: systemctl reload lienthongd"
        )
    }

    private static func wrongAddress(_ id: DestinationID) -> Trouble {
        let name = id.rawValue
        return Trouble(
            BreakerCause.wrongAddress.troubleCode, .configuration,
            vietnamese:
                "Không có gì ở địa chỉ đăng nhập của “\(name)” (404): sai địa chỉ hoặc đường dẫn.",
            english:
                "There is nothing at the login address of “\(name)” (404 or a redirect): a wrong address or path.",
            fixVietnamese:
                "Sửa url hoặc đường dẫn trong settings của “\(name)”, rồi: systemctl reload lienthongd",
            fix:
                "Correct url or the paths in settings of “\(name)”, then: systemctl reload lienthongd"
        )
    }

    /// An answer that is none: a page for people, nothing at all, success without a session.
    ///
    /// - Parameters:
    ///   - type: its `Content-Type`; empty when it has none.
    ///   - length: its bytes; nil when nothing more is known.
    package static func unreadable(
        _ id: DestinationID, type: String, length: Int?, status: Int?
    ) -> Trouble {
        let name = id.rawValue
        let kind = type.isEmpty ? "no type" : String(decoding: type.utf8.prefix(60), as: UTF8.self)
        let what = length.map { " (HTTP \(status ?? 0), \(kind), \($0) bytes)" } ?? ""
        return Trouble(
            BreakerCause.unreadable.troubleCode, .unavailable,
            vietnamese: "“\(name)” trả lời đăng nhập bằng nội dung không đọc được\(what).",
            english: "“\(name)” answers the login with something that is no answer\(what).",
            fixVietnamese:
                "Thường là trang bảo trì hoặc tường lửa: sẽ tự thử lại. Nếu kéo dài, kiểm tra url: lienthongd check",
            fix:
                "Mostly a page of maintenance or of a firewall: it is asked again. If it lasts, check the url: lienthongd check"
        )
    }
}
