internal import Operating

// LT-12xx: source profiles.
extension Trouble {
    private static func suggestion(_ nearest: String?) -> (String, String) {
        guard let nearest else {
            return (
                "Xem danh sách tên trong sổ tay, mục “Capture”.",
                "The names are listed in the handbook's page \"Capture\"."
            )
        }
        return ("Có phải ý bạn là “\(nearest)”?", "Did you mean \"\(nearest)\"?")
    }

    static func profileDialect(directory: String, dialect: String, has: [String]) -> Trouble {
        Trouble(
            "LT-1201", .configuration,
            vietnamese: "Hồ sơ nguồn \(directory) không dùng được cho \(dialect).",
            english: "The source profile \(directory) is not made for \(dialect).",
            fixVietnamese: "Hồ sơ này dùng cho: \(has.joined(separator: ", ")).",
            fix: "It is made for: \(has.joined(separator: ", ")).")
    }

    static func profileFileUnreadable(file: String, reason: String) -> Trouble {
        Trouble(
            "LT-1202", .noInput,
            vietnamese: "Không đọc được tệp SQL \(file) của hồ sơ nguồn: \(reason).",
            english: "Cannot read the source profile's \(file): \(reason).",
            fixVietnamese: "Thêm tệp này hoặc cấp quyền đọc: ls -l \(file)",
            fix: "Add the file, or let the service read it: ls -l \(file)")
    }

    static func profileFileStrange(file: String, nearest: String?) -> Trouble {
        let (hintVietnamese, hint) = suggestion(nearest)
        return Trouble(
            "LT-1203", .configuration,
            vietnamese: "Tệp \(file) không phải là tệp của hồ sơ nguồn.",
            english: "\(file) is no file of a source profile.",
            fixVietnamese: hintVietnamese, fix: hint)
    }

    static func profileParameterUnknown(
        file: String, parameter: String, nearest: String?
    ) -> Trouble {
        let (hintVietnamese, hint) = suggestion(nearest)
        return Trouble(
            "LT-1204", .configuration,
            vietnamese: "Tệp \(file) dùng tham số “:\(parameter)” không có ở đây.",
            english: "\(file) uses the parameter \":\(parameter)\", which it is not given.",
            fixVietnamese: hintVietnamese, fix: hint)
    }

    static func profileColumnUnknown(file: String, column: String, nearest: String?) -> Trouble {
        let (hintVietnamese, hint) = suggestion(nearest)
        return Trouble(
            "LT-1205", .configuration,
            vietnamese: "Tệp \(file) trả về cột “\(column)” mà chương trình không biết.",
            english: "\(file) yields the column \"\(column)\", which nobody knows.",
            fixVietnamese: hintVietnamese, fix: hint)
    }

    static func profileColumnMissing(file: String, column: String) -> Trouble {
        Trouble(
            "LT-1206", .configuration,
            vietnamese: "Tệp \(file) phải trả về cột “\(column)”.",
            english: "\(file) must yield the column \"\(column)\".",
            fixVietnamese: "Thêm vào câu SELECT: … AS \(column)",
            fix: "Add it to the SELECT: … AS \(column)")
    }

    static func profileColumnTwice(file: String, column: String) -> Trouble {
        Trouble(
            "LT-1207", .configuration,
            vietnamese: "Tệp \(file) trả về cột “\(column)” hai lần.",
            english: "\(file) yields the column \"\(column)\" twice.",
            fixVietnamese: "Bỏ bớt một cột hoặc đổi tên bằng AS.",
            fix: "Remove one of them, or rename it with AS.")
    }

    static func profileSettingUnknown(
        directory: String, setting: String, nearest: String?
    ) -> Trouble {
        let (hintVietnamese, hint) = suggestion(nearest)
        return Trouble(
            "LT-1208", .configuration,
            vietnamese: "Hồ sơ nguồn \(directory) không có thiết lập “\(setting)”.",
            english: "The source profile \(directory) has no setting \"\(setting)\".",
            fixVietnamese: hintVietnamese, fix: hint)
    }

    static func profileZoneUnknown(directory: String, zone: String) -> Trouble {
        Trouble(
            "LT-1209", .configuration,
            vietnamese: "Hồ sơ nguồn \(directory) ghi múi giờ “\(zone)” không tồn tại.",
            english: "The source profile \(directory) names the time zone \"\(zone)\", "
                + "which does not exist.",
            fixVietnamese: "Dùng tên IANA, ví dụ “Asia/Ho_Chi_Minh”.",
            fix: "Use an IANA name such as \"Asia/Ho_Chi_Minh\".")
    }

    static func profileStatementUnfit(file: String, object: String, reason: String) -> Trouble {
        let place = object.isEmpty ? "" : " (\(object))"
        return Trouble(
            "LT-1210", .configuration,
            vietnamese: "Câu SQL trong \(file)\(place) không hợp lệ: \(reason).",
            english: "The statement in \(file)\(place) is not valid: \(reason).",
            fixVietnamese: "Chạy thử câu lệnh bằng psql hoặc sqlite3 rồi sửa tệp.",
            fix: "Try the statement with psql or sqlite3, then mend the file.")
    }
}
