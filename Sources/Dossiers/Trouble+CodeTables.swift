internal import Operating

/// Troubles with the files of `Config/codes`: LT-14xx.
extension Trouble {
    static func codeTableUnreadable(file: String) -> Trouble {
        Trouble(
            "LT-1401", .noInput,
            vietnamese: "Không đọc được bảng mã \(file).",
            english: "The code table \(file) cannot be read.",
            fixVietnamese: "Kiểm tra đường dẫn và quyền đọc: ls -l \(file)",
            fix: "Check the path and that the service's user may read it: ls -l \(file)")
    }

    /// A fault that the settings reader found (LT-10xx), told as one of a code table.
    static func codeTableBroken(_ cause: Trouble) -> Trouble {
        Trouble(
            cause.exit == .noInput ? "LT-1401" : "LT-1402", cause.exit,
            vietnamese: "Bảng mã không dùng được. \(cause.vietnamese)",
            english: "A code table cannot be used. \(cause.english)",
            fixVietnamese: cause.fixVietnamese, fix: cause.fix)
    }

    static func codeGivenTwice(file: String, place: String, code: String) -> Trouble {
        Trouble(
            "LT-1403", .configuration,
            vietnamese: "Bảng mã \(file), “\(place)”: mã “\(code)” được khai hai lần.",
            english: "Code table \(file), “\(place)”: the code “\(code)” is given twice.",
            fixVietnamese: "Giữ lại một dòng cho mỗi mã (không phân biệt hoa thường).",
            fix: "Keep one entry for each code (capitals do not count).")
    }

    static func codeMalformed(file: String, place: String, expected: String) -> Trouble {
        Trouble(
            "LT-1404", .configuration,
            vietnamese: "Bảng mã \(file): “\(place)” phải có dạng \(expected).",
            english: "Code table \(file): “\(place)” must have the form \(expected).",
            fixVietnamese: "Sửa giá trị rồi chạy: lienthongd check --offline",
            fix: "Correct the value, then run: lienthongd check --offline")
    }

    static func successorsInCircle(file: String, code: String) -> Trouble {
        Trouble(
            "LT-1405", .configuration,
            vietnamese: "Bảng mã \(file): các đơn vị kế thừa của “\(code)” quay vòng về chính nó.",
            english: "Code table \(file): the successors of “\(code)” lead back to it.",
            fixVietnamese: "Sửa “successor” để chuỗi kế thừa kết thúc ở đơn vị đang hoạt động.",
            fix: "Correct “successor” so that the chain ends at a unit in force.")
    }

    static func communeLineBroken(file: String, line: Int) -> Trouble {
        Trouble(
            "LT-1406", .configuration,
            vietnamese:
                "Danh mục xã \(file), dòng \(line): cần bốn cột, cột ba là mã xã năm chữ số.",
            english:
                "Commune list \(file), line \(line): four columns are needed, the third a commune code of five digits.",
            fixVietnamese: "Khôi phục tệp gốc đi kèm bản phát hành.",
            fix: "Restore the file that came with the release.")
    }
}
