package import Operating

/// What staff read of a held dossier: LT-20xx, one code per rule.
extension Trouble {
    /// A hold in words: which dossier, which column, which code of the province's own lists, and the cure.
    ///
    /// - Parameters:
    ///   - dossier: its code, or nil when the code itself cannot be used; then the caller names
    ///     the row by its source key.
    ///   - codes: the folder of the code tables, which the cure names.
    package static func held(_ hold: Hold, dossier: DossierCode?, codes: String) -> Trouble {
        let page = hold.rule.page(codes)
        let place = "(\(hold.field))"
        let word = hold.unmapped.map { " “\($0)”" } ?? ""
        let name = dossier.map { " \($0.rawValue)" } ?? ""
        return Trouble(
            page.code, .findings,
            vietnamese: "Hồ sơ\(name) đang giữ lại: \(page.vietnamese)\(word) \(place).",
            english: "Dossier\(name) is held: \(page.english)\(word) \(place).",
            fixVietnamese: page.fixVietnamese, fix: page.fix)
    }
}

extension Hold.Rule {
    /// The rule's stable code, `LT-20xx`.
    package var code: String { page("").code }

    fileprivate struct Page {
        var code: String
        var vietnamese: String
        var english: String
        var fixVietnamese: String
        var fix: String

        init(
            _ code: String, _ vietnamese: String, _ english: String, _ fixVietnamese: String,
            _ fix: String
        ) {
            self.code = code
            self.vietnamese = vietnamese
            self.english = english
            self.fixVietnamese = fixVietnamese
            self.fix = fix
        }
    }

    /// The one table of rules: code, what is wrong, what cures it. A dossier frees itself when its row or
    /// the table changes; no command is needed.
    /// - Parameter codes: the folder of the code tables.
    fileprivate func page(_ codes: String) -> Page {
        switch self {
        case .codeMissing:
            Page(
                "LT-2001", "không có mã hồ sơ", "it has no code",
                "Cấp mã hồ sơ trong hệ thống một cửa.",
                "Give the dossier its code in the one-stop system.")
        case .codeTooLong:
            Page(
                "LT-2002", "mã hồ sơ dài hơn 50 ký tự", "its code is longer than 50 characters",
                "Sửa mã hồ sơ trong hệ thống một cửa; mã không bao giờ bị cắt ngắn.",
                "Correct the code in the one-stop system; a code is never cut.")
        case .codeShape:
            Page(
                "LT-2003", "mã hồ sơ có ký tự không in được hoặc sai mẫu",
                "its code has characters that cannot be printed, or another shape than required",
                "Sửa mã hồ sơ, hoặc thêm mẫu mã vào normalization.codeShapes trong cấu hình rồi: systemctl reload lienthongd",
                "Correct the code, or add its shape to normalization.codeShapes in the configuration, then: systemctl reload lienthongd"
            )
        case .statusUnmapped:
            Page(
                "LT-2004", "trạng thái chưa được ánh xạ sang Cổng Dịch vụ công quốc gia",
                "a status has no counterpart at the national portal",
                "Thêm từ này vào \(codes)/status.json5; giá trị 0 nghĩa là Cổng không có trạng thái này và hồ sơ chờ đến bước sau. Rồi: systemctl reload lienthongd",
                "Add the word to \(codes)/status.json5; 0 means that the portal has no such status and the dossier waits for its next one. Then: systemctl reload lienthongd"
            )
        case .procedureUnmapped:
            Page(
                "LT-2005", "thủ tục chưa có mã quốc gia", "a procedure has no national code",
                "Thêm mã này vào \(codes)/procedures.json5 rồi: systemctl reload lienthongd; hoặc vào bảng ánh xạ của hệ thống một cửa (tự nhận ra).",
                "Add the code to \(codes)/procedures.json5, then: systemctl reload lienthongd; or to the one-stop system's own mapping (found by itself)."
            )
        case .unitUnmapped:
            Page(
                "LT-2006", "đơn vị xử lý không có tên", "the handling unit has no name",
                "Đặt tên đơn vị trong hệ thống một cửa, hoặc thêm vào \(codes)/units.json5 rồi: systemctl reload lienthongd",
                "Name the unit in the one-stop system, or add it to \(codes)/units.json5, then: systemctl reload lienthongd"
            )
        case .unitReplacedUnmapped:
            Page(
                "LT-2007", "đơn vị hoặc xã đã sắp xếp lại mà chưa khai đơn vị kế thừa",
                "a unit or commune is no longer in force and has no successor",
                "Khai đơn vị kế thừa trong \(codes)/units.json5 (mục units hoặc communes), rồi: systemctl reload lienthongd",
                "Name its successor in \(codes)/units.json5 (section units or communes), then: systemctl reload lienthongd"
            )
        case .dateImpossible:
            Page(
                "LT-2008", "ngày giờ không thể có", "a date or time cannot be",
                "Sửa ngày trong hệ thống một cửa; nếu đó là cách ghi “không có ngày”, thêm vào normalization.absentDates trong cấu hình rồi: systemctl reload lienthongd",
                "Correct it in the one-stop system; if it is a way to write “no date”, add it to normalization.absentDates in the configuration, then: systemctl reload lienthongd"
            )
        case .dateMissing:
            Page(
                "LT-2009", "thiếu ngày giờ bắt buộc", "a required date is missing",
                "Điền ngày trong hệ thống một cửa; thiếu ngày tiếp nhận thì Cổng không tính hồ sơ.",
                "Fill it in; a dossier without its acceptance time is in no count of the portal.")
        case .identityNumberMalformed:
            Page(
                "LT-2010", "số định danh của công dân không có 12 hoặc 9 chữ số",
                "the citizen's identity number has neither 12 nor 9 digits",
                "Sửa số định danh trong hệ thống một cửa, hoặc đặt normalization.strictIdentity: false rồi: systemctl reload lienthongd",
                "Correct it in the one-stop system, or set normalization.strictIdentity: false, then: systemctl reload lienthongd"
            )
        case .phoneMalformed:
            Page(
                "LT-2011", "số điện thoại không hợp lệ", "a telephone number is none",
                "Sửa số điện thoại trong hệ thống một cửa.", "Correct it in the one-stop system.")
        case .numberMalformed:
            Page(
                "LT-2012", "giá trị số hoặc mã không hợp lệ",
                "a number, flag or list code is none that is known",
                "Sửa giá trị, hoặc sửa câu SQL của nguồn để cột này cho ra số nguyên trong danh mục.",
                "Correct it, or the source profile's SQL, so that the column yields a whole number of the list."
            )
        case .fieldTooLong:
            Page(
                "LT-2013", "trường dài quá giới hạn của nơi nhận",
                "a field is longer than the destination takes",
                "Rút ngắn nội dung trong hệ thống một cửa.", "Shorten it in the one-stop system.")
        case .fieldMissing:
            Page(
                "LT-2014", "thiếu trường bắt buộc", "a required field is empty",
                "Điền trường này trong hệ thống một cửa, hoặc bổ sung cột trong câu SQL của nguồn.",
                "Fill it in, or select the column in the source profile's SQL.")
        case .sourceDeleted:
            Page(
                "LT-2015", "đã bị xoá ở hệ thống một cửa; việc xoá không được gửi đi",
                "it was deleted in the one-stop system; a deletion is not sent",
                "Nếu xoá nhầm, khôi phục hồ sơ; nếu đúng, báo đơn vị quản lý Cổng.",
                "If by mistake, restore it; if meant, tell the portal's administrators.")
        case .deletedInSource:
            Page(
                "LT-2017", "đã biến mất khỏi cơ sở dữ liệu một cửa; việc xoá không được gửi đi",
                "its row is gone from the one-stop database; a deletion is not sent",
                "Nếu xoá nhầm, khôi phục dòng đó: hồ sơ tự đi tiếp. Nếu đúng, báo đơn vị quản lý Cổng rồi: lienthongd queue acknowledge --dossier MaHoSo --reason \"…\"",
                "If by mistake, restore the row: the dossier frees itself. If meant, tell the portal's administrators, then: lienthongd queue acknowledge --dossier CODE --reason \"…\""
            )
        case .unreadable:
            Page(
                "LT-3012", "có một giá trị không đọc được ở cơ sở dữ liệu một cửa",
                "a value of it cannot be read from the one-stop database",
                "Sửa giá trị ở cột này (sai mã ký tự UTF-8, sai kiểu), hoặc câu SQL của nguồn; hồ sơ tự đi tiếp.",
                "Correct the value in this column (not UTF-8, not of its type), or the source profile's SQL; the dossier frees itself."
            )
        case .tooLarge:
            Page(
                "LT-3013", "dữ liệu của hồ sơ lớn quá mức có thể đọc",
                "its data is larger than what can be read",
                "Rút ngắn giá trị ở cột này trong hệ thống một cửa, hoặc chỉ chọn phần đầu trong câu SQL của nguồn; hồ sơ tự đi tiếp.",
                "Shorten the value in this column in the one-stop system, or select its beginning only in the source profile's SQL; the dossier frees itself."
            )
        case .endedDaemon:
            Page(
                "LT-3014", "chương trình đã hai lần dừng đột ngột khi đang đọc riêng hồ sơ này",
                "the daemon ended twice while it read this dossier alone",
                "Xem nhật ký lúc đó (hết bộ nhớ?) và dữ liệu của hồ sơ; sau đó: lienthongd resync --dossier MaHoSo",
                "See the journal of that time (out of memory?) and the dossier's data; then: lienthongd resync --dossier CODE"
            )
        case .duplicateCode:
            Page(
                "LT-2016", "hai dòng dữ liệu trùng mã hoặc trùng khoá",
                "two rows of the source carry the same code or key",
                "Xoá dòng trùng, hoặc sửa câu SQL của nguồn nếu phép nối làm lặp dòng.",
                "Remove the double, or mend the source profile's SQL if a join repeats rows.")
        }
    }
}
