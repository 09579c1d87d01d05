internal import Operating

extension Trouble {
    static func demoCannotStart(_ name: String, reason: String) -> Trouble {
        Trouble(
            "LT-7101", .systemError,
            vietnamese: "Không khởi động được “\(name)” của bản trình diễn: \(reason).",
            english: "The demo could not start “\(name)”: \(reason).",
            fixVietnamese: "Chạy lại bằng đúng tệp lienthongd đã biên dịch.",
            fix: "Run the built lienthongd binary itself.")
    }

    static func demoPartEnded(_ name: String, lastLine: String) -> Trouble {
        Trouble(
            "LT-7102", .software,
            vietnamese: "“\(name)” của bản trình diễn đã dừng giữa chừng. Dòng cuối: \(lastLine)",
            english: "The demo's “\(name)” ended before its time. Last line: \(lastLine)",
            fixVietnamese: "Chạy lại với --keep để giữ thư mục tạm và đọc nhật ký trong đó.",
            fix: "Run again with --keep to keep the temporary directory, and read the logs in it.")
    }

    static func demoFolder(_ path: String, reason: String) -> Trouble {
        Trouble(
            "LT-7103", .cannotCreate,
            vietnamese: "Không tạo được thư mục tạm \(path): \(reason).",
            english: "Cannot create the temporary directory \(path): \(reason).",
            fixVietnamese: "Đặt TMPDIR tới một thư mục ghi được.",
            fix: "Set TMPDIR to a writable directory.")
    }

    static func demoPortalSilent(_ reason: String) -> Trouble {
        Trouble(
            "LT-7104", .unavailable,
            vietnamese: "Cổng giả lập của bản trình diễn không trả lời: \(reason).",
            english: "The demo's sandbox portal does not answer: \(reason).",
            fixVietnamese: "Kiểm tra không có tường lửa chặn địa chỉ 127.0.0.1.",
            fix: "Check that no firewall blocks 127.0.0.1.")
    }
}
