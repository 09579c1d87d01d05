internal import Operating

extension Trouble {
    static func spreadsheetUnreadable(_ path: String) -> Trouble {
        Trouble(
            "LT-6110", .noInput,
            vietnamese: "Không đọc được danh sách \(path).",
            english: "The list \(path) cannot be read.",
            fixVietnamese:
                "Lưu tệp thành .xlsx hoặc CSV UTF-8 và kiểm tra quyền đọc; tệp .xls cũ phải lưu lại thành .xlsx.",
            fix:
                "Save it as .xlsx or as CSV in UTF-8 and check that it may be read; an old .xls has to be saved as .xlsx."
        )
    }

    static func spreadsheetTooLarge(_ path: String) -> Trouble {
        Trouble(
            "LT-6111", .dataError,
            vietnamese: "Danh sách \(path) quá lớn.", english: "The list \(path) is too large.",
            fixVietnamese: "Chỉ để lại cột mã hồ sơ, hoặc chia danh sách thành nhiều tệp.",
            fix: "Keep only the column of codes, or split the list.")
    }
}
