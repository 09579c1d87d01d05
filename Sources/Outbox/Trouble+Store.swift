internal import Operating

// LT-40xx: the state store. Texts name files, processes and SQLite's own words, never content.
extension Trouble {
    static func storeDirectoryUnusable(_ path: String, reason: String) -> Trouble {
        Trouble(
            "LT-4001", .cannotCreate,
            vietnamese: "Không dùng được thư mục trạng thái \(path): \(reason).",
            english: "The state directory \(path) cannot be used: \(reason).",
            fixVietnamese:
                "Tạo thư mục và cho người dùng chạy dịch vụ quyền ghi (StateDirectory= trong systemd làm việc này).",
            fix:
                "Create it and let the service's user write there (systemd's StateDirectory= does)."
        )
    }

    static func storeForbidden(_ path: String) -> Trouble {
        Trouble(
            "LT-6031", .noPermission,
            vietnamese: "Người dùng này không được xem thư mục trạng thái \(path).",
            english: "This user may not look into the state directory \(path).",
            fixVietnamese: "Chạy lại lệnh với sudo.",
            fix: "Run the command again with sudo.")
    }

    static func storeTaken(_ path: String, process: Int32?) -> Trouble {
        let who = process.map { " (pid \($0))" } ?? ""
        return Trouble(
            "LT-4002", .temporaryFailure,
            vietnamese: "Một lienthongd khác đang chạy\(who) và giữ kho trạng thái \(path).",
            english: "Another daemon is running\(who) and holds the state store \(path).",
            fixVietnamese:
                "Dừng tiến trình kia, hoặc dùng thư mục trạng thái khác cho tiến trình này.",
            fix: "Stop the other one, or give this one a state directory of its own.")
    }

    static func storeFull(_ path: String) -> Trouble {
        Trouble(
            "LT-4003", .inputOutput,
            vietnamese:
                "Hết chỗ trên đĩa chứa kho trạng thái \(path). Không mất gì; việc ghi sẽ tự tiếp tục.",
            english:
                "The disk of the state store \(path) is full. Nothing is lost; writing resumes by itself.",
            fixVietnamese: "Giải phóng dung lượng đĩa (xem: df -h \(path)).",
            fix: "Free space on that disk (see: df -h \(path)).")
    }

    static func storeReadOnly(_ path: String) -> Trouble {
        Trouble(
            "LT-4004", .noPermission,
            vietnamese: "Không ghi được vào kho trạng thái \(path): chỉ đọc.",
            english: "The state store \(path) cannot be written: it is read-only.",
            fixVietnamese:
                "Kiểm tra quyền và cách gắn ổ đĩa; lệnh của người vận hành thì chạy với sudo.",
            fix: "Check permissions and the mount; run an operator's command with sudo."
        )
    }

    static func storeInputOutput(_ path: String, detail: String) -> Trouble {
        Trouble(
            "LT-4005", .inputOutput,
            vietnamese: "Lỗi đọc ghi đĩa ở kho trạng thái \(path): \(detail).",
            english: "The disk failed under the state store \(path): \(detail).",
            fixVietnamese:
                "Xem nhật ký hạt nhân (journalctl -k) và tình trạng đĩa; việc ghi sẽ tự thử lại.",
            fix:
                "Look at the kernel's log (journalctl -k) and the disk; writing is tried again by itself."
        )
    }

    static func storeCorrupt(_ path: String, detail: String) -> Trouble {
        Trouble(
            "LT-4006", .dataError,
            vietnamese: "Kho trạng thái \(path) bị hỏng hoặc không phải của lienthongd: \(detail).",
            english: "The state store \(path) is damaged or not ours: \(detail).",
            fixVietnamese:
                "Dừng dịch vụ, giữ nguyên tệp này để khôi phục, rồi phục hồi từ bản sao lưu; hoặc dời cả thư mục đi để bắt đầu lại.",
            fix:
                "Stop the service, keep the file for recovery and restore a backup; or move the whole directory away to start anew."
        )
    }

    static func storeBusy(_ path: String) -> Trouble {
        Trouble(
            "LT-4007", .temporaryFailure,
            vietnamese: "Kho trạng thái \(path) đang bị chương trình khác khoá.",
            english: "The state store \(path) is locked by another program.",
            fixVietnamese: "Chờ công cụ sao lưu hoặc lệnh kia xong; việc ghi sẽ tự thử lại.",
            fix: "Wait for the backup tool or command to end; writing is tried again by itself.")
    }

    static func storeNewer(_ path: String, found: Int64, known: Int) -> Trouble {
        Trouble(
            "LT-4008", .configuration,
            vietnamese:
                "Kho trạng thái \(path) do phiên bản lienthongd mới hơn tạo ra (lược đồ \(found), bản này biết đến \(known)).",
            english:
                "The state store \(path) was made by a newer lienthongd (schema \(found); this one knows \(known)).",
            fixVietnamese: "Cài lại phiên bản lienthongd mới hơn; không có gì bị thay đổi.",
            fix: "Install the newer lienthongd again; nothing was changed.")
    }

    static func storeWrongKey(_ path: String) -> Trouble {
        Trouble(
            "LT-4009", .configuration,
            vietnamese: "Khoá trạng thái không phải khoá đã mã hoá kho \(path).",
            english: "The state key is not the one that sealed the store \(path).",
            fixVietnamese:
                "Đặt lại đúng khoá trong thông tin xác thực state-key; không có gì bị thay đổi.",
            fix: "Give the right key in the credential state-key; nothing was changed.")
    }

    static func storeKeyTooShort(_ count: Int) -> Trouble {
        Trouble(
            "LT-4010", .configuration,
            vietnamese: "Khoá trạng thái chỉ có \(count) byte; cần ít nhất 32.",
            english: "The state key has \(count) bytes; at least 32 are needed.",
            fixVietnamese:
                "Tạo khoá mới (64 chữ số thập lục phân): head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \\n'",
            fix:
                "Make one (64 hexadecimal digits): head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \\n'"
        )
    }

    static func storeMissing(_ path: String) -> Trouble {
        Trouble(
            "LT-4011", .noInput,
            vietnamese: "Chưa có kho trạng thái \(path).",
            english: "There is no state store \(path) yet.",
            fixVietnamese:
                "Chạy dịch vụ một lần (lienthongd run), hoặc kiểm tra state.directory trong cấu hình.",
            fix:
                "Start the daemon once (lienthongd run), or check state.directory in the configuration."
        )
    }

    static func storeOlder(_ path: String, found: Int64, known: Int) -> Trouble {
        Trouble(
            "LT-4012", .temporaryFailure,
            vietnamese: "Kho trạng thái \(path) có lược đồ cũ (\(found), cần \(known)).",
            english: "The state store \(path) has an older schema (\(found); \(known) is needed).",
            fixVietnamese: "Khởi động lại dịch vụ để nâng cấp kho: systemctl restart lienthongd",
            fix: "Restart the service, which brings it up: systemctl restart lienthongd")
    }

    static func storeUnopenable(_ path: String, detail: String) -> Trouble {
        Trouble(
            "LT-4013", .noPermission,
            vietnamese: "Không mở được kho trạng thái \(path): \(detail).",
            english: "The state store \(path) cannot be opened: \(detail).",
            fixVietnamese: "Chạy lệnh bằng người dùng của dịch vụ (sudo -u lienthongd) hoặc root.",
            fix: "Run the command as the service's user (sudo -u lienthongd) or as root.")
    }

    static func storeRefused(_ path: String, detail: String) -> Trouble {
        Trouble(
            "LT-4014", .software,
            vietnamese: "Kho trạng thái \(path) từ chối một thao tác sai: \(detail).",
            english: "The state store \(path) refused a wrong operation: \(detail).",
            fixVietnamese:
                "Đây là lỗi của lienthongd; gửi mã lỗi này và nhật ký cho nhóm phát triển.",
            fix: "This is a fault of lienthongd: send this code and the log to its developers.")
    }

    package static let storeDisplacedCode = "LT-4015"

    static func storeDisplaced(_ path: String) -> Trouble {
        Trouble(
            storeDisplacedCode, .inputOutput,
            vietnamese:
                "Kho trạng thái \(path) đã bị xoá, thay thế hoặc tháo đi trong khi dịch vụ đang chạy. Dịch vụ ngừng gửi để không quên điều đã gửi.",
            english:
                "The state store \(path) was deleted, replaced or unmounted while the daemon runs. Nothing is sent, so that nothing sent is forgotten.",
            fixVietnamese:
                "Đặt lại đúng tệp cũ (hoặc gắn lại ổ đĩa): dịch vụ tự tiếp tục. Nếu đã thay bằng bản sao lưu: systemctl restart lienthongd. Nếu đã xoá mất tệp: trước khi dừng dịch vụ, chép nó ra từ /proc/PID/fd.",
            fix:
                "Put the same file back (or mount the disk again): the daemon goes on by itself. After replacing it with a backup: systemctl restart lienthongd. When it was deleted: before stopping the daemon, copy it out of /proc/PID/fd."
        )
    }
}
