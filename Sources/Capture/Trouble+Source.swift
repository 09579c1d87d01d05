internal import Dossiers
package import Operating

// LT-30xx: the source database.
extension Trouble {
    static let sourceSlowCode = "LT-3002"

    static func sourceUnreachable(_ words: String) -> Trouble {
        Trouble(
            "LT-3001", .unavailable,
            vietnamese: "Không kết nối được cơ sở dữ liệu nguồn: \(words)",
            english: "The source database cannot be reached: \(words)",
            fixVietnamese: "Kiểm tra máy chủ, mạng, người dùng và mật khẩu bằng psql; "
                + "chương trình tự thử lại và không bỏ sót thay đổi nào.",
            fix:
                "Check the server, the network, the user and the password with psql; the daemon tries "
                + "again by itself and loses no change.")
    }

    static func sourceSlow(file: String) -> Trouble {
        Trouble(
            sourceSlowCode, .temporaryFailure,
            vietnamese: "Cơ sở dữ liệu nguồn trả lời quá chậm cho \(file).",
            english: "The source database takes too long to answer \(file).",
            fixVietnamese:
                "Xem chỉ mục trên cột ngày sửa đổi và các khoá đang chờ (pg_stat_activity); "
                + "chương trình tự thử lại với từng phần nhỏ hơn.",
            fix: "Look for the index on the column of the modification date and for waiting locks "
                + "(pg_stat_activity); the daemon tries again by itself, in smaller pages.")
    }

    static func sourceNameUnknown(file: String, object: String) -> Trouble {
        Trouble(
            "LT-3003", .dataError,
            vietnamese: "Cơ sở dữ liệu nguồn không có “\(object)” mà \(file) cần.",
            english: "The source database has no \"\(object)\", which \(file) reads.",
            fixVietnamese:
                "Chọn đúng hồ sơ nguồn cho phần mềm này, hoặc sửa tệp theo bảng thật. Nếu bảng có thật, tài khoản không thấy nó: GRANT USAGE ON SCHEMA <schema> TO <người dùng>; hoặc đặt search_path.",
            fix:
                "Choose the profile of this product, or change the file to fit the real tables. If it is there, the account does not see it: GRANT USAGE ON SCHEMA <schema> TO <user>; or set its search_path."
        )
    }

    /// - Parameter object: a table, a function, or a schema as `schema NAME`.
    static func sourceDenied(file: String, object: String) -> Trouble {
        let name = object.isEmpty ? "?" : object
        // To find the row that it changes, an UPDATE has to read too.
        let isWriting = file.hasSuffix(SourceQuery.writeBack.fileName)
        let right =
            object.hasPrefix("schema ")
            ? "USAGE ON \(name)" : "\(isWriting ? "SELECT, UPDATE" : "SELECT") ON \(name)"
        return Trouble(
            "LT-3004", .noPermission,
            vietnamese: "Người dùng cơ sở dữ liệu không có quyền trên “\(name)” cho \(file).",
            english: "The database user may not use \"\(name)\", as \(file) does.",
            fixVietnamese: "Cấp quyền: GRANT \(right) TO <người dùng>;",
            fix: "Grant it: GRANT \(right) TO <user>;")
    }

    static func sourceReadOnly(file: String) -> Trouble {
        Trouble(
            "LT-3005", .noPermission,
            vietnamese:
                "Cơ sở dữ liệu nguồn chỉ cho đọc, không ghi lại được kết quả xác thực (\(file)).",
            english: "The source database is read-only: \(file) cannot be carried out.",
            fixVietnamese:
                "Kết nối tới máy chủ chính và cấp quyền UPDATE, hoặc đặt source.writeBack: false.",
            fix: "Connect to the primary server and grant UPDATE, or set source.writeBack: false.")
    }

    static func sourceFailed(file: String, code: String, reason: String) -> Trouble {
        Trouble(
            "LT-3006", .temporaryFailure,
            vietnamese: "Cơ sở dữ liệu nguồn báo lỗi \(code) cho \(file): \(reason).",
            english: "The source database reports \(code) for \(file): \(reason).",
            fixVietnamese: "Xem nhật ký của máy chủ cơ sở dữ liệu; chương trình tự thử lại.",
            fix: "Look into the database server's log; the daemon tries again by itself.")
    }

    static func sourceFileMissing(path: String, reason: String) -> Trouble {
        Trouble(
            "LT-3007", .unavailable,
            vietnamese: "Không mở được tệp cơ sở dữ liệu nguồn \(path): \(reason).",
            english: "The source's database file \(path) cannot be opened: \(reason).",
            fixVietnamese: "Kiểm tra đường dẫn và quyền đọc của người dùng chạy dịch vụ.",
            fix: "Check the path and that the service's user may read the file and its folder.")
    }

    static func sourceDamaged(path: String) -> Trouble {
        Trouble(
            "LT-3008", .dataError,
            vietnamese: "Tệp cơ sở dữ liệu nguồn \(path) bị hỏng hoặc không phải là SQLite.",
            english: "The source's database file \(path) is damaged or no SQLite database.",
            fixVietnamese:
                "Kiểm tra: sqlite3 \(path) 'PRAGMA integrity_check'. Hỏng thì đặt lại bản sao lưu của phần mềm một cửa; nhầm tệp thì sửa source.connection.",
            fix:
                "Check it: sqlite3 \(path) 'PRAGMA integrity_check'. If it is damaged, put the office's backup back; if it is the wrong file, correct source.connection."
        )
    }

    static func sourceFolderUnusable(path: String) -> Trouble {
        Trouble(
            "LT-3011", .unavailable,
            vietnamese:
                "Tệp cơ sở dữ liệu nguồn \(path) ở chế độ WAL nhưng thư mục của nó không ghi được.",
            english:
                "The source's database \(path) is in WAL mode, but its folder cannot be written.",
            fixVietnamese:
                "Cho dịch vụ ghi vào thư mục đó (ReadWritePaths= trong systemd), hoặc: PRAGMA journal_mode=DELETE",
            fix:
                "Let the service write to the folder (systemd's ReadWritePaths=), or: PRAGMA journal_mode=DELETE"
        )
    }

    private static let valueUnreadableCode = "LT-3012"
    private static let rowsTooLargeCode = "LT-3013"

    /// What is wrong are some of the rows that were asked for: without them the others can be read.
    var isAboutRows: Bool {
        code == Trouble.valueUnreadableCode || code == Trouble.rowsTooLargeCode
    }

    /// The rule under which a dossier is held that ends its own reading with this.
    var rowRule: Hold.Rule { code == Trouble.rowsTooLargeCode ? .tooLarge : .unreadable }

    /// A value that the database or we cannot read: class 22 of the SQL standard and its like.
    package static func sourceValueUnreadable(file: String, reason: String) -> Trouble {
        Trouble(
            valueUnreadableCode, .dataError,
            vietnamese: "\(file) gặp một giá trị không đọc được: \(reason).",
            english: "\(file) meets a value that cannot be read: \(reason).",
            fixVietnamese:
                "Sửa giá trị đó, hoặc câu SQL để nó không làm hỏng cả trang (ví dụ kiểm tra trước khi ép kiểu); "
                + "hồ sơ bị giữ: lienthongd queue list --rule unreadable",
            fix:
                "Correct the value, or the statement so that one row does not spoil a page (test before a cast); "
                + "what is held for it: lienthongd queue list --rule unreadable")
    }

    /// A listing of keys fails on a row. Nothing else waits for it.
    static func sourceRowUnlisted(file: String, keys: [Int64]) -> Trouble {
        let names =
            (keys.isEmpty ? "?" : keys.prefix(5).map(String.init).joined(separator: ", "))
            + (keys.count > 5 ? ", …" : "")
        return Trouble(
            "LT-3039", .dataError,
            vietnamese:
                "\(file) không liệt kê được hồ sơ có source_key \(names): có giá trị làm câu SQL báo lỗi.",
            english:
                "\(file) cannot list the dossiers with source_key \(names): a value makes the statement fail.",
            fixVietnamese:
                "Hồ sơ khác vẫn đi; hồ sơ này được đọc theo khoá. Sửa giá trị đó, hoặc câu SQL (kiểm tra trước khi ép kiểu).",
            fix:
                "All others flow, and these are read by their keys. Correct the value, or the statement (test before a cast)."
        )
    }

    /// More bytes than a page, or a row of it, may have.
    package static func sourceRowsTooLarge(file: String) -> Trouble {
        Trouble(
            rowsTooLargeCode, .dataError,
            vietnamese: "\(file) trả về nhiều dữ liệu hơn mức đọc được trong một lần.",
            english: "\(file) yields more data than can be read at once.",
            fixVietnamese:
                "Chọn phần đầu của cột dài trong câu SQL (substr); hồ sơ bị giữ: lienthongd queue list --rule tooLarge",
            fix:
                "Select the beginning of a long column only (substr); what is held for it: lienthongd queue list --rule tooLarge"
        )
    }

    /// A restore, a failover to a server that lagged: what was read is not there any more.
    static var sourceWentBack: Trouble {
        Trouble(
            "LT-3050", .findings,
            vietnamese:
                "Cơ sở dữ liệu nguồn đã quay về một thời điểm trước (phục hồi, chuyển máy chủ); đang đọc lại toàn bộ.",
            english:
                "The source has gone back to an earlier state (a restore, a failover); everything is read again.",
            fixVietnamese:
                "Không phải làm gì: chỗ nào khác thì gửi lại. Xem việc đó có chủ ý không.",
            fix: "Nothing need be done: what differs is sent. Check that it was meant.")
    }

    /// Tables of which the account sees only what a policy lets it.
    static func sourceRowsHidden(_ tables: [String]) -> Trouble {
        let names = tables.joined(separator: ", ")
        return Trouble(
            "LT-3016", .noPermission,
            vietnamese:
                "Chính sách theo dòng (row-level security) có thể che bớt dòng của \(names) trước tài khoản này.",
            english: "Row-level security may hide rows of \(names) from this account.",
            fixVietnamese:
                "Cho tài khoản thấy mọi dòng: ALTER ROLE <người dùng> BYPASSRLS; nếu phần được thấy đã đủ thì đặt hiddenRows: \"accepted\" trong mục source, rồi: systemctl restart lienthongd",
            fix:
                "Let the account see every row: ALTER ROLE <user> BYPASSRLS; if what it sees is all that is to be delivered, set hiddenRows: \"accepted\" in the section source, then: systemctl restart lienthongd"
        )
    }

    /// The table has far more rows than were found in it.
    static func sourceRowsFew(table: String, found: Int64, rows: Int64) -> Trouble {
        Trouble(
            "LT-3017", .findings,
            vietnamese:
                "Chỉ thấy \(found) hồ sơ, trong khi bảng \(table) có khoảng \(rows) dòng.",
            english:
                "Only \(found) dossiers are found, though the table \(table) has about \(rows) rows.",
            fixVietnamese:
                "Kiểm tra: view có điều kiện lọc, policy, điều kiện trong all.sql, ANALYZE \(table); lần rà soát sau sẽ đếm lại. Nếu đúng là vậy thì không phải làm gì.",
            fix:
                "Look for a view that filters, a policy, a condition in all.sql, and run ANALYZE \(table); the next sweep counts anew. If that is how it should be, nothing need be done."
        )
    }

    /// Another schema has a table of the same name, and it is larger.
    static func sourceOtherSchema(table: String, other: String) -> Trouble {
        Trouble(
            "LT-3018", .findings,
            vietnamese: "Đang đọc bảng \(table), nhưng bảng cùng tên \(other) lớn hơn nhiều.",
            english: "The table \(table) is read, but \(other) of the same name is much larger.",
            fixVietnamese:
                "Nếu đọc nhầm: ALTER ROLE <người dùng> SET search_path = <schema>, public; rồi: systemctl restart lienthongd",
            fix:
                "If it is the wrong one: ALTER ROLE <user> SET search_path = <schema>, public; then: systemctl restart lienthongd"
        )
    }

    /// What was written a moment ago has a time of hours ago.
    static func sourceZoneWrong(minutesBehind minutes: Int64) -> Trouble {
        let hours = (minutes.magnitude / 60, minutes.magnitude % 60)
        let span = hours.1 == 0 ? "\(hours.0) h" : "\(hours.0) h \(hours.1) min"
        let isBehind = minutes > 0
        return Trouble(
            "LT-3019", .configuration,
            vietnamese:
                "Giờ trong cơ sở dữ liệu nguồn lệch \(span) so với đồng hồ (\(isBehind ? "chậm" : "nhanh")): sai múi giờ.",
            english:
                "What the source has just written is timed \(span) \(isBehind ? "ago" : "ahead"): its zone is another one.",
            fixVietnamese:
                "Các bước đang được gửi với giờ sai. Đặt source.settings.zone (ví dụ \"UTC\"), rồi: systemctl reload lienthongd",
            fix:
                "Steps are sent with wrong times. Set source.settings.zone (such as \"UTC\"), then: systemctl reload lienthongd"
        )
    }

    static func sourceKeyUnusable(file: String) -> Trouble {
        Trouble(
            "LT-3009", .dataError,
            vietnamese: "\(file) trả về source_key trống hoặc không phải số nguyên dương.",
            english: "\(file) yields a source_key that is empty or no positive whole number.",
            fixVietnamese: "Sửa câu lệnh để source_key là khoá số của hồ sơ.",
            fix: "Change the statement so that source_key is the dossier's numeric key.")
    }

    static func sourceMarkUnusable(file: String) -> Trouble {
        Trouble(
            "LT-3010", .dataError,
            vietnamese:
                "\(file) phải trả về đúng một dòng với position là số và taken_at là thời điểm.",
            english: "\(file) must yield one row, position being a number and taken_at a time.",
            fixVietnamese:
                "Chạy thử câu lệnh rồi sửa tệp; mẫu: mark.sql của bộ mô tả nguồn reference.",
            fix:
                "Try the statement, then mend the file; a model is mark.sql of the profile reference."
        )
    }
}
