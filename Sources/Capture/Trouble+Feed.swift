package import Operating

// LT-302x: the change feed and the sweep.
extension Trouble {
    static let feedGrowsCode = "LT-3022"

    static var feedLost: Trouble {
        Trouble(
            "LT-3020", .configuration,
            vietnamese: "Bảng theo dõi thay đổi trong cơ sở dữ liệu nguồn không còn nữa.",
            english: "The change feed in the source database is gone.",
            fixVietnamese:
                "Chương trình tạm dựa vào cột ngày sửa đổi. Cài lại: lienthongd source install",
            fix:
                "The daemon goes by modification times meanwhile. Install it again: lienthongd source install"
        )
    }

    static func feedUnfit(_ fault: FeedFault) -> Trouble {
        let (vietnamese, english) =
            switch fault {
            case .incomplete:
                ("thiếu hoặc bị tắt một trigger", "a trigger is missing or switched off")
            case .outdated:
                (
                    "được tạo từ phiên bản khác của hồ sơ nguồn",
                    "it was made from another version of the profile"
                )
            case .unreadable:
                (
                    "tài khoản của chương trình không được đọc",
                    "the daemon's account may not read it"
                )
            }
        return Trouble(
            "LT-3021", .configuration,
            vietnamese:
                "Bảng theo dõi thay đổi trong cơ sở dữ liệu nguồn không dùng được: \(vietnamese).",
            english: "The change feed in the source database cannot be used: \(english).",
            fixVietnamese:
                "Chương trình tạm dựa vào cột ngày sửa đổi. Cài lại: lienthongd source install",
            fix:
                "The daemon goes by modification times meanwhile. Install it again: lienthongd source install"
        )
    }

    /// Rows have changed that no trigger of ours has seen.
    static func feedBlind(_ changes: Int64) -> Trouble {
        Trouble(
            "LT-3015", .configuration,
            vietnamese:
                "\(changes) thay đổi trong cơ sở dữ liệu nguồn đã không qua bảng theo dõi; bảng này không còn đáng tin.",
            english:
                "\(changes) changes in the source database went past the change feed; it is not trusted any more.",
            fixVietnamese:
                "Không mất gì: chương trình dựa thêm vào cột ngày sửa đổi và đợt rà soát. "
                + "Tìm xem ai ghi mà không qua trigger (nhân bản, nạp dữ liệu, TRUNCATE, đổi bảng), rồi cài lại: lienthongd source install",
            fix:
                "Nothing is lost: the daemon goes by modification times and the sweep as well. "
                + "Find out who writes past the triggers (replication, a load, TRUNCATE, a swapped table), then: lienthongd source install"
        )
    }

    static func feedGrows(_ rows: Int64) -> Trouble {
        Trouble(
            feedGrowsCode, .noPermission,
            vietnamese: "Bảng theo dõi thay đổi đã có \(rows) dòng mà chương trình không xoá được.",
            english: "The change feed has \(rows) rows that the daemon cannot remove.",
            fixVietnamese:
                "Cho tài khoản của chương trình xoá: GRANT DELETE ON lienthongd.feed TO <người dùng>; (SQLite: quyền ghi vào tệp)",
            fix:
                "Let the daemon's account remove them: GRANT DELETE ON lienthongd.feed TO <user>; (SQLite: let it write the file)"
        )
    }

    static func sweepLate(period: Int64) -> Trouble {
        let hours = max(1, period / 3_600_000)
        return Trouble(
            "LT-3023", .temporaryFailure,
            vietnamese:
                "Việc rà soát toàn bộ cơ sở dữ liệu nguồn không xong trong thời hạn (\(hours) giờ).",
            english: "The sweep over the whole source does not end within its period (\(hours) h).",
            fixVietnamese:
                "Tăng source.sweep.period hoặc source.sweep.share; cài lienthongd source install thì rà soát thưa hơn cũng được.",
            fix:
                "Raise source.sweep.period or source.sweep.share; with the change feed installed a longer period will do."
        )
    }

    /// The profile says nothing of which tables feed a dossier.
    package static func feedNotDescribed(_ profile: String) -> Trouble {
        Trouble(
            "LT-3024", .configuration,
            vietnamese: "Hồ sơ nguồn \(profile) chưa mô tả bảng nào thuộc hồ sơ nào (mục feed).",
            english:
                "The source profile \(profile) does not say which tables belong to a dossier (section feed).",
            fixVietnamese: "Thêm mục feed vào profile.json5 theo sổ tay, mục “Capture”.",
            fix: "Add the section feed to profile.json5 as the handbook's page \"Capture\" tells.")
    }

    /// The account may not make what a feed needs.
    static func feedDenied(_ object: String) -> Trouble {
        let name = object.isEmpty ? "?" : object
        return Trouble(
            "LT-3025", .noPermission,
            vietnamese:
                "Tài khoản này không được tạo trigger và bảng theo dõi (\(name)); chưa thay đổi gì.",
            english:
                "This account may not make the triggers and the table (\(name)); nothing was changed.",
            fixVietnamese:
                "Dùng tài khoản chủ của các bảng: lienthongd source install --connection \"…\"",
            fix:
                "Use the account that owns the tables: lienthongd source install --connection \"…\""
        )
    }

    static func feedFailed(_ reason: String) -> Trouble {
        Trouble(
            "LT-3026", .temporaryFailure,
            vietnamese: "Không cài được bảng theo dõi thay đổi, chưa thay đổi gì: \(reason).",
            english: "The change feed could not be installed, nothing was changed: \(reason).",
            fixVietnamese:
                "Xem bảng và cột trong mục feed của profile.json5, các khoá đang chờ, rồi chạy lại.",
            fix:
                "See the tables and columns in the profile's section feed and waiting locks, then run it again."
        )
    }
}
