internal import Operating

extension Trouble {
    static func sandboxFileUnreadable(_ path: String, option: String) -> Trouble {
        Trouble(
            "LT-7050", .noInput,
            vietnamese: "Không đọc được tệp \(path).",
            english: "Cannot read \(path).",
            fixVietnamese: "Chạy trong thư mục dự án, hoặc chỉ đường dẫn bằng \(option).",
            fix: "Run in the project's folder, or name the place with \(option).")
    }

    static func sandboxFileUnwritable(_ path: String) -> Trouble {
        Trouble(
            "LT-7051", .cannotCreate,
            vietnamese: "Không ghi được tệp \(path).",
            english: "Cannot write \(path).",
            fixVietnamese: "Kiểm tra thư mục, quyền ghi và chỗ trống trên đĩa.",
            fix: "Check the folder, its permissions and the free space.")
    }

    static func sandboxProvinceUnknown(_ code: String, file: String) -> Trouble {
        Trouble(
            "LT-7052", .dataError,
            vietnamese: "Tệp \(file) không có tỉnh mã \(code).",
            english: "\(file) has no province \(code).",
            fixVietnamese: "Dùng mã hai chữ số đang có hiệu lực, ví dụ --province 52 (Gia Lai).",
            fix: "Use a two-digit code in force, such as --province 52 (Gia Lai).")
    }

    static func oneStopUnsupported(_ profile: String) -> Trouble {
        Trouble(
            "LT-7053", .usage,
            vietnamese: "Hồ sơ nguồn “\(profile)” chỉ chạy trên PostgreSQL.",
            english: "The profile “\(profile)” needs PostgreSQL.",
            fixVietnamese:
                "Chỉ --database bằng chuỗi kết nối, ví dụ \"host=/run/postgresql dbname=motcua\".",
            fix:
                "Give --database a connection string, such as \"host=/run/postgresql dbname=motcua\"."
        )
    }

    /// `summary` names tables, constraints, SQLSTATEs and hosts, never a value.
    static func oneStopDatabaseFailed(_ summary: String) -> Trouble {
        Trouble(
            "LT-7054", .unavailable,
            vietnamese: "Cơ sở dữ liệu một cửa báo lỗi: \(summary)",
            english: "The one-stop database failed: \(summary)",
            fixVietnamese:
                "Kiểm tra --database; khi tạo mẫu, cơ sở dữ liệu phải chưa có bảng nào cùng tên.",
            fix: "Check --database; a new sample needs a database without tables of these names.")
    }

    static func oneStopIsEmpty() -> Trouble {
        Trouble(
            "LT-7055", .dataError,
            vietnamese: "Cơ sở dữ liệu một cửa chưa có hồ sơ nào.",
            english: "The one-stop database holds no dossier.",
            fixVietnamese: "Tạo mẫu trước: lienthong-sandbox onestop make …",
            fix: "Make a sample first: lienthong-sandbox onestop make …")
    }

    static func holdingsUnreadable(_ detail: String) -> Trouble {
        Trouble(
            "LT-7056", .unavailable,
            vietnamese: "Không đọc được danh sách hồ sơ của cổng thử nghiệm: \(detail)",
            english: "Cannot read what the sandbox portal holds: \(detail)",
            fixVietnamese: "Kiểm tra --portal và cổng thử nghiệm đang chạy (GET /sandbox/health).",
            fix: "Check --portal, and that the sandbox portal runs (GET /sandbox/health).")
    }
}
