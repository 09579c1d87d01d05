extension Trouble {
    static func settingsUnreadable(file: String, reason: String) -> Trouble {
        Trouble(
            "LT-1001", .noInput,
            vietnamese: "Không đọc được tệp \(file): \(reason).",
            english: "Cannot read \(file): \(reason).",
            fixVietnamese: "Kiểm tra đường dẫn và quyền đọc của người dùng chạy dịch vụ.",
            fix: "Check the path and that the service's user may read it: ls -l \(file)")
    }

    static func settingsSyntax(file: String, _ error: JSON5Error) -> Trouble {
        Trouble(
            "LT-1002", .configuration,
            vietnamese: "Tệp \(file) không đúng cú pháp JSON5: \(error.vietnamese).",
            english: "\(file) is not valid JSON5: \(error.english).",
            fixVietnamese: "Sửa tệp tại chỗ được nêu rồi chạy: lienthongd check --offline",
            fix: "Mend the file at the place named, then run: lienthongd check --offline")
    }

    package static func settingsUnknownKey(file: String, place: String, nearest: String?) -> Trouble
    {
        let hintVietnamese = nearest.map { "Có phải ý bạn là “\($0)”?" } ?? "Xoá khoá này."
        let hint = nearest.map { "Did you mean “\($0)”?" } ?? "Remove this key."
        return Trouble(
            "LT-1003", .configuration,
            vietnamese: "Tệp \(file): không có khoá nào tên “\(place)”.",
            english: "\(file): there is no key “\(place)”.",
            fixVietnamese: hintVietnamese, fix: hint)
    }

    static func settingsMissingKey(file: String, place: String) -> Trouble {
        Trouble(
            "LT-1004", .configuration,
            vietnamese: "Tệp \(file): thiếu khoá bắt buộc “\(place)”.",
            english: "\(file): the required key “\(place)” is missing.",
            fixVietnamese: "Thêm khoá này; xem tệp mẫu lienthongd.sample.json5.",
            fix: "Add it; the annotated sample is lienthongd.sample.json5.")
    }

    static func settingsWrongValue(file: String, place: String, expected: String, found: String)
        -> Trouble
    {
        Trouble(
            "LT-1005", .configuration,
            vietnamese: "Tệp \(file): “\(place)” phải là \(expected), nhưng lại là \(found).",
            english: "\(file): “\(place)” must be \(expected), but is \(found).",
            fixVietnamese: "Sửa giá trị rồi chạy: lienthongd check --offline",
            fix: "Correct the value, then run: lienthongd check --offline")
    }
}
