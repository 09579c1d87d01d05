internal import Capture
internal import Dossiers
internal import Operating

// LT-1010 to LT-1029: what `lienthongd check` finds that nothing else says.
extension Trouble {
    static func clockUnset(_ now: String) -> Trouble {
        Trouble(
            "LT-1010", .systemError,
            vietnamese: "Đồng hồ máy chủ sai: \(now).",
            english: "The machine's clock is wrong: \(now).",
            fixVietnamese: "Bật đồng bộ giờ: timedatectl set-ntp true",
            fix: "Turn on time synchronisation: timedatectl set-ntp true")
    }

    static func stateDirectoryMissing(_ directory: String, reason: String) -> Trouble {
        Trouble(
            "LT-1011", .cannotCreate,
            vietnamese: "Không dùng được thư mục trạng thái \(directory): \(reason).",
            english: "The state directory \(directory) cannot be used: \(reason).",
            fixVietnamese:
                "Tạo thư mục, hoặc chạy dưới systemd (StateDirectory=lienthongd): install -d -m 700 \(directory)",
            fix:
                "Make it, or run under systemd (StateDirectory=lienthongd): install -d -m 700 \(directory)"
        )
    }

    static func storeDamaged(_ directory: String, detail: String) -> Trouble {
        Trouble(
            "LT-1015", .dataError,
            vietnamese: "Kho trạng thái \(directory)/state.sqlite bị hỏng: \(detail).",
            english: "The state store \(directory)/state.sqlite is damaged: \(detail).",
            fixVietnamese:
                "Dừng dịch vụ, giữ nguyên thư mục để khôi phục, rồi phục hồi từ bản sao lưu.",
            fix: "Stop the service, keep the directory for recovery, then restore a backup.")
    }

    static func diskNearlyFull(_ directory: String, freeMiB: UInt64) -> Trouble {
        Trouble(
            "LT-1012", .findings,
            vietnamese: "Đĩa của \(directory) chỉ còn \(freeMiB) MiB.",
            english: "The disk of \(directory) has only \(freeMiB) MiB left.",
            fixVietnamese: "Giải phóng hoặc mở rộng đĩa; cần ít nhất 512 MiB.",
            fix: "Free some room or enlarge the disk; at least 512 MiB is wanted.")
    }

    static func destinationUnreachable(_ name: String, detail: String) -> Trouble {
        Trouble(
            "LT-1013", .noHost,
            vietnamese: "Không kết nối được đích “\(name)”: \(detail).",
            english: "The destination “\(name)” cannot be reached: \(detail).",
            fixVietnamese: "Kiểm tra destinations.\(name).url, tường lửa, proxy và chứng thư.",
            fix: "Check destinations.\(name).url, the firewall, the proxy and the certificates.")
    }

    static func loginRefused(_ name: String, code: String) -> Trouble {
        Trouble(
            "LT-1014", .noPermission,
            vietnamese: "Đích “\(name)” từ chối đăng nhập (mã \(code.isEmpty ? "?" : code)).",
            english:
                "The destination “\(name)” refuses the login (code \(code.isEmpty ? "?" : code)).",
            fixVietnamese: "Kiểm tra thông tin mật nêu ở destinations.\(name).secrets và mã tuyến.",
            fix: "Check the credentials named in destinations.\(name).secrets and the route code.")
    }

    static func fileForbidden(_ path: String, user: String) -> Trouble {
        Trouble(
            "LT-1016", .noPermission,
            vietnamese: "Dịch vụ (\(user)) không được đọc \(path).",
            english: "The service (\(user)) may not read \(path).",
            fixVietnamese: "Cho phép đọc, cả các thư mục trên đường dẫn: chmod o+rX \(path)",
            fix: "Let it be read, and the folders on its path be entered: chmod o+rX \(path)")
    }

    static func sampleUnmapped(
        _ rule: Hold.Rule, words: [String], more: Int, dossiers: Int, of total: Int, codes: String
    ) -> Trouble {
        let list = words.joined(separator: ", ")
        let rest = more > 0 ? " (+ \(more))" : ""
        let table =
            switch rule {
            case .statusUnmapped: "status.json5"
            case .procedureUnmapped: "procedures.json5"
            default: "units.json5"
            }
        return Trouble(
            "LT-1017", .findings,
            vietnamese:
                "\(rule.code): \(dossiers) trên \(total) hồ sơ mẫu sẽ bị giữ vì các từ chưa ánh xạ: \(list)\(rest).",
            english:
                "\(rule.code): \(dossiers) of \(total) sampled dossiers will be held for words without a mapping: \(list)\(rest).",
            fixVietnamese:
                "Thêm các từ đó vào \(codes)/\(table), chạy lại: lienthongd check, rồi: systemctl reload lienthongd",
            fix:
                "Add the words to \(codes)/\(table), then again: lienthongd check, then: systemctl reload lienthongd"
        )
    }

    static func sampleUnsendable(_ dossiers: Int) -> Trouble {
        Trouble(
            "LT-1018", .dataError,
            vietnamese: "Không hồ sơ nào trong \(dossiers) hồ sơ mẫu gửi đi được.",
            english: "Not one of \(dossiers) sampled dossiers can be sent.",
            fixVietnamese: "Xem các lý do trong cùng kết quả này và sửa từng lý do.",
            fix: "See the reasons beside this, and mend each.")
    }

    static func sourceShowsNothing(_ profile: String) -> Trouble {
        Trouble(
            "LT-1019", .findings,
            vietnamese: "Tài khoản này không thấy hồ sơ nào trong cơ sở dữ liệu một cửa.",
            english: "This account sees no dossier in the one-stop database.",
            fixVietnamese:
                "Kiểm tra tên cơ sở dữ liệu, schema, quyền xem từng dòng (row-level security) và \(profile).",
            fix: "Check the database's name, the schema, row-level security, and \(profile).")
    }

    static func sourceTimes(_ finding: SourceTimes.Finding, zone: String) -> Trouble {
        let vietnamese: String
        let english: String
        switch finding {
        case .ahead(let milliseconds, let steps):
            let minutes = milliseconds / 60_000
            vietnamese =
                "\(steps) bước trong các hồ sơ mẫu có giờ ở tương lai, xa nhất \(minutes) phút."
            english =
                "\(steps) steps of the sampled dossiers lie in the future, the furthest \(minutes) min."
        case .night(let percent):
            vietnamese =
                "\(percent) % số bước trong các hồ sơ mẫu được làm từ 0 đến 5 giờ sáng (theo \(zone))."
            english =
                "\(percent) % of the steps of the sampled dossiers were made between midnight and five o'clock (by \(zone))."
        case .sevenHoursBehind:
            vietnamese = "Bước mới nhất trong cơ sở dữ liệu cách đây đúng bảy giờ (theo \(zone))."
            english = "The newest step of the database is exactly seven hours old (by \(zone))."
        }
        return Trouble(
            "LT-1020", .findings,
            vietnamese: vietnamese + " Có thể cơ sở dữ liệu ghi giờ theo múi giờ khác.",
            english: english + " The database may write its times in another zone.",
            fixVietnamese:
                "So một hồ sơ vừa làm với đồng hồ. Nếu lệch, ghi múi giờ thật vào source.settings, ví dụ zone: \"UTC\". Bước đã gửi không lấy lại được.",
            fix:
                "Compare a dossier just worked on with the clock. If it differs, name the true zone in source.settings, such as zone: \"UTC\". A step that was sent cannot be taken back."
        )
    }

    static func databaseClock(_ seconds: Int64) -> Trouble {
        Trouble(
            "LT-1021", .findings,
            vietnamese: "Đồng hồ máy chủ cơ sở dữ liệu lệch \(seconds) giây so với máy này.",
            english: "The database server's clock differs from this machine's by \(seconds) s.",
            fixVietnamese: "Bật đồng bộ giờ trên cả hai máy: timedatectl set-ntp true",
            fix: "Turn on time synchronisation on both: timedatectl set-ntp true")
    }

    static func certificateEnds(_ what: String, at end: String, days: Int) -> Trouble {
        let hasEnded = days < 0
        return Trouble(
            "LT-1022", hasEnded ? .noPermission : .findings,
            vietnamese: hasEnded
                ? "Chứng thư của \(what) đã hết hạn lúc \(end)."
                : "Chứng thư của \(what) sẽ hết hạn lúc \(end), còn \(days) ngày.",
            english: hasEnded
                ? "The certificate of \(what) ended at \(end)."
                : "The certificate of \(what) ends at \(end), in \(days) days.",
            fixVietnamese:
                "Xin chứng thư mới ngay; thay tệp rồi chạy: systemctl reload lienthongd. Chứng thư của máy chủ do đơn vị vận hành nó thay.",
            fix:
                "Ask for a new one now; put it in place, then: systemctl reload lienthongd. A server's own is its operator's to renew."
        )
    }

    static func loginNotTried(_ name: String, code: String) -> Trouble {
        Trouble(
            "LT-1023", .noPermission,
            vietnamese:
                "Không thử đăng nhập “\(name)”: dịch vụ đang bị từ chối (\(code)), mỗi lần thử nữa có thể làm khoá tài khoản.",
            english:
                "No login to “\(name)” was tried: the daemon is being refused (\(code)), and each more may lock the account.",
            fixVietnamese:
                "Sửa thông tin mật, rồi khởi động lại: systemctl restart lienthongd. Hỏi quản trị hệ thống đích tài khoản có bị khoá không.",
            fix:
                "Correct the secret, then: systemctl restart lienthongd. Ask the destination's operator whether the account is locked."
        )
    }

    static func loginUnanswered(_ name: String, detail: String) -> Trouble {
        Trouble(
            "LT-1024", .unavailable,
            vietnamese:
                "“\(name)” có trả lời, nhưng không phải trả lời của hệ thống đó: \(detail). Không phải lỗi mật khẩu.",
            english:
                "“\(name)” answers, but not as that system does: \(detail). The password is not to blame.",
            fixVietnamese:
                "Kiểm tra destinations.\(name).url và các đường dẫn trong settings; nếu đúng, hỏi đơn vị vận hành hệ thống đích.",
            fix:
                "Check destinations.\(name).url and the paths in its settings; if they are right, ask its operator."
        )
    }
}
