internal import Wire

/// A reply in the portal's envelope (contracts.md §2.3): `error_code`, `message`, perhaps `result`.
enum PortalAnswer {
    /// The sentences that the sandbox uses; real ones are largely unknown (contracts.md §2.13).
    enum Sentence {
        static let created = "Đồng bộ hồ sơ thành công"
        static let updated = "Cập nhật hồ sơ thành công"
        static let progressed = "Cập nhật tiến độ thành công"
        static let found = "Tra cứu thành công"
        static let silent = "Đã tiếp nhận yêu cầu"
        static let exists = "Mã hồ sơ đã tồn tại trên Cổng DVCQG"
        static let progressFirst = "Hồ sơ chưa được đồng bộ, không thể cập nhật tiến độ"
        static let session = "Phiên làm việc (session) không hợp lệ hoặc đã hết hạn"
        static let login = "Tên đăng nhập hoặc mật khẩu không đúng"
        static let senderUnit = "Mã đơn vị gửi (madonvi) không đúng"
        static let busy = "Hệ thống đang bận, vui lòng thử lại sau"
        static let partial = "Một số bản ghi không được tiếp nhận"
        static let batchTooLarge = "Số bản ghi vượt quá giới hạn của một lần gửi"
        static let keyReused = "Idempotency-Key đã dùng cho nội dung khác"
        static let keyInProgress = "Yêu cầu cùng Idempotency-Key đang được xử lý"
    }

    /// - Parameter code: 0 for success; the portal's own numbers otherwise.
    static func json(
        _ code: Int, _ message: String, spelling: String, session: String? = nil,
        result: [UInt8]? = nil
    ) -> [UInt8] {
        var json = JSONWriter(reserving: 128 + (result?.count ?? 0))
        json.beginObject()
        json.key("error_code")
        switch spelling {
        case "int": json.number(Int64(code))
        case "zeros" where code == 0: json.string("00")
        default: json.string(String(code))
        }
        json.member("message", message)
        if let session { json.member("session", session) }
        if let result {
            json.key("result")
            json.raw(result)
        }
        json.endObject()
        return json.finish()
    }

    /// How `error_code` is spelt this time (switch `code_spelling`).
    static func spelling(_ switches: Switches, _ chance: Chance, natural: String) -> String {
        switch switches.choice(.codeSpelling) {
        case "natural": natural
        case "mixed": ["int", "string", "zeros"][Int(chance.number("spelling") % 3)]
        case let word: word
        }
    }

    /// Why a record was refused, in the portal's manner, without its values.
    static func sentence(for breach: Breach) -> String {
        switch breach.rule {
        case .procedureUnknown: "Mã thủ tục hành chính (MaTTHC) không tồn tại trong danh mục"
        case .fieldUnknown: "Mã lĩnh vực (MaLinhVuc) không tồn tại trong danh mục"
        case .unitUnknown: "Đơn vị xử lý (DonViXuLy) không tồn tại trong danh mục"
        case .unitDead: "Đơn vị xử lý (DonViXuLy) đã ngừng hoạt động sau sắp xếp"
        case .memberMissing, .memberEmpty: "Thiếu dữ liệu bắt buộc: \(breach.field)"
        case .memberUnknown: "Có trường không thuộc gói tin: \(breach.field)"
        case .tooLong: "Trường \(breach.field) vượt quá độ dài cho phép"
        case .date: "Trường \(breach.field) không đúng định dạng yyyyMMddHHmmss"
        case .codeList: "Trường \(breach.field) có mã không thuộc danh mục"
        case .type: "Trường \(breach.field) không đúng kiểu dữ liệu"
        case .service: "Không có dịch vụ này trên địa chỉ đã gọi"
        default: "Trường \(breach.field) không hợp lệ (\(breach.rule.rawValue))"
        }
    }

    static func missing(_ switches: Switches) -> String {
        switch switches.choice(.missingText) {
        case "unsynchronised": "Hồ sơ chưa được đồng bộ"
        case "bare": "Lỗi xử lý dữ liệu"
        default: "Hồ sơ không tồn tại"
        }
    }
}
