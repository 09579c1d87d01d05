internal import Operating

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
            fixVietnamese: "Kiểm tra: sqlite3 \(path) 'PRAGMA integrity_check'",
            fix: "Check it: sqlite3 \(path) 'PRAGMA integrity_check'")
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
            fixVietnamese: "Chạy thử câu lệnh rồi sửa tệp.",
            fix: "Try the statement, then mend the file.")
    }
}
