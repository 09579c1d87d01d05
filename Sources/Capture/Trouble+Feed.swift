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
                "Chương trình tạm dựa vào cột ngày sửa đổi. Cài lại: lienthongd source install; nếu cố ý gỡ: lienthongd source uninstall",
            fix:
                "The daemon goes by modification times meanwhile. Install it again: lienthongd source install; if it was removed on purpose: lienthongd source uninstall"
        )
    }

    static func feedUnfit(_ fault: FeedFault) -> Trouble {
        if case .failing(let what) = fault { return feedFailing(what) }
        if fault == .standby { return feedOnStandby }
        if case .orphaned(let orphans) = fault { return feedOrphaned(orphans) }
        let (vietnamese, english) =
            switch fault {
            case .incomplete:
                ("thiếu hoặc bị tắt một trigger", "a trigger is missing or switched off")
            case .outdated:
                (
                    "được tạo bởi phiên bản khác của chương trình hoặc hồ sơ nguồn",
                    "it was made by another version of the daemon or of the profile"
                )
            case .unreadable:
                (
                    "tài khoản của chương trình không được đọc",
                    "the daemon's account may not read it"
                )
            case .copied:
                (
                    "nó đến từ bản sao của một cơ sở dữ liệu khác",
                    "it came here in a copy of another database"
                )
            case .failing, .standby, .orphaned: ("", "")
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

    /// Our table was dropped without its triggers. SQLite's fail then, and the office's writes with them.
    static func feedOrphaned(_ orphans: FeedFault.Orphans) -> Trouble {
        let isFailing = orphans == .failing
        return Trouble(
            "LT-3038", .configuration,
            vietnamese: isFailing
                ? "Bảng lienthongd_feed đã bị xoá mà trigger của nó còn: PHẦN MỀM MỘT CỬA KHÔNG GHI ĐƯỢC vào các bảng hồ sơ."
                : "Bảng lienthongd.feed đã bị xoá mà trigger của nó còn; phần mềm một cửa vẫn ghi được.",
            english: isFailing
                ? "The table lienthongd_feed was dropped and its triggers are left: THE OFFICE CANNOT WRITE to the tables of its dossiers."
                : "The table lienthongd.feed was dropped and its triggers are left; what the office writes comes through.",
            fixVietnamese: (isFailing ? "Gỡ trigger NGAY: " : "Gỡ trigger: ")
                + "lienthongd source uninstall (hoặc cài lại: lienthongd source install)",
            fix: (isFailing ? "Take the triggers off AT ONCE: " : "Take the triggers off: ")
                + "lienthongd source uninstall (or make it whole again: lienthongd source install)"
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
                + "Tìm xem ai ghi mà không qua trigger (nhân bản, nạp dữ liệu, TRUNCATE, đổi bảng), rồi gỡ và cài lại: lienthongd source uninstall, lienthongd source install",
            fix:
                "Nothing is lost: the daemon goes by modification times and the sweep as well. "
                + "Find out who writes past the triggers (replication, a load, TRUNCATE, a swapped table), then: lienthongd source uninstall, lienthongd source install"
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

    /// A trigger could not note a change; the office's statement was not disturbed.
    static func feedFailing(_ what: String) -> Trouble {
        Trouble(
            "LT-3031", .configuration,
            vietnamese:
                "Trigger của bảng theo dõi không ghi nhận được một thay đổi (\(what)); phần mềm một cửa không bị ảnh hưởng.",
            english:
                "A trigger of the change feed could not note a change (\(what)); the office was not disturbed.",
            fixVietnamese:
                "Chương trình tạm dựa vào cột ngày sửa đổi. Bảng hoặc cột đã đổi thì sửa mục feed của profile.json5, rồi cài lại: lienthongd source install",
            fix:
                "The daemon goes by modification times meanwhile. If the table or column has changed, change the profile's section feed; then install it again: lienthongd source install"
        )
    }

    /// Replays another server's work: nothing can be made there, and what is not logged cannot be read.
    static var feedOnStandby: Trouble {
        Trouble(
            "LT-3032", .configuration,
            vietnamese:
                "Máy chủ này là bản dự phòng (standby): bảng theo dõi thay đổi không đọc, không cài được ở đây.",
            english:
                "This server is a standby: a change feed can be neither read nor installed here.",
            fixVietnamese:
                "Cho chương trình kết nối máy chủ chính, hoặc gỡ bảng theo dõi ở đó: lienthongd source uninstall. Trong khi đó chương trình dựa vào cột ngày sửa đổi.",
            fix:
                "Connect the daemon to the primary server, or remove the feed there: lienthongd source uninstall. The daemon goes by modification times meanwhile."
        )
    }

    /// The office's tables are such that a trigger could fail or the feed be blind.
    static func feedUnsuited(_ what: String) -> Trouble {
        Trouble(
            "LT-3033", .configuration,
            vietnamese:
                "Không cài bảng theo dõi thay đổi vào cơ sở dữ liệu này: \(what). Chưa thay đổi gì.",
            english: "No change feed is installed in this database: \(what). Nothing was changed.",
            fixVietnamese:
                "Không cài cũng được: chương trình dựa vào cột ngày sửa đổi và rà soát. Nếu profile.json5 nêu sai bảng hoặc cột trong mục feed thì sửa lại.",
            fix:
                "It works without: by modification times and the sweep. If the profile's section feed names the wrong table or column, change it."
        )
    }

    /// The functions did not do what they should, on this very server.
    static func feedTrialFailed(_ what: String) -> Trouble {
        Trouble(
            "LT-3034", .configuration,
            vietnamese:
                "Bảng theo dõi thay đổi không qua được lần chạy thử (\(what)); đã hoàn tác, chưa thay đổi gì.",
            english:
                "The change feed did not pass its trial (\(what)); it was undone, nothing was changed.",
            fixVietnamese:
                "Không cài cũng được. Gửi mã này cùng phiên bản máy chủ cơ sở dữ liệu cho người bảo trì.",
            fix:
                "It works without. Tell the maintainers this code and the database server's version."
        )
    }

    /// No moment was found in which the triggers could be put on without anybody waiting.
    static func feedInTheWay(of holders: String) -> Trouble {
        let who = holders.isEmpty ? "?" : holders
        return Trouble(
            "LT-3035", .temporaryFailure,
            vietnamese:
                "Các bảng luôn bận (\(who)); chương trình không bắt phần mềm một cửa phải đợi nên dừng lại.",
            english:
                "The tables are always in use (\(who)); rather than let the office wait, nothing more was done.",
            fixVietnamese:
                "Chờ giao dịch đó kết thúc, hoặc chạy lại ngoài giờ làm việc. Chạy lại là đủ: phần đã làm được giữ nguyên.",
            fix:
                "Wait until that transaction is over, or run it again outside office hours. To run it again is enough: what was done stays done."
        )
    }

    /// Something in the database refuses or fails our statements: an event trigger, most of all.
    static func feedRefused(by names: String, _ words: String) -> Trouble {
        Trouble(
            "LT-3036", .configuration,
            vietnamese:
                "Cơ sở dữ liệu từ chối (\(words)); ở đó có event trigger: \(names). Lần này chưa thay đổi gì.",
            english:
                "The database refuses it (\(words)); it has event triggers: \(names). Nothing was changed by this.",
            fixVietnamese:
                "Hỏi người quản trị cơ sở dữ liệu; xem trước câu lệnh: lienthongd source install --print",
            fix:
                "Ask the database's administrator; see the statements: lienthongd source install --print"
        )
    }

    /// Others have put something into our schema, or made something from our tables.
    static func feedHasForeigners(_ names: String) -> Trouble {
        Trouble(
            "LT-3037", .configuration,
            vietnamese:
                "Trong schema lienthongd có thứ của người khác, hoặc có thứ phụ thuộc vào nó: \(names). Trigger đã gỡ, phần còn lại chưa gỡ.",
            english:
                "Others have something in the schema lienthongd or made from it: \(names). The triggers are off, the rest is still there.",
            fixVietnamese:
                "Chuyển hoặc xoá những thứ đó, rồi chạy lại: lienthongd source uninstall",
            fix: "Move or remove them, then run again: lienthongd source uninstall"
        )
    }
}
