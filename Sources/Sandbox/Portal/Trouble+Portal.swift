internal import Operating

extension Trouble {
    static func sandboxUsage(_ english: String, _ vietnamese: String, help: String) -> Trouble {
        Trouble(
            "LT-7001", .usage, vietnamese: vietnamese, english: english,
            fixVietnamese: "Xem cách dùng: \(help)", fix: "See how it is used: \(help)")
    }

    static func sandboxFile(_ path: String, reason: String) -> Trouble {
        Trouble(
            "LT-7002", .noInput,
            vietnamese: "Không đọc được tệp \(path): \(reason).",
            english: "Cannot read \(path): \(reason).",
            fixVietnamese: "Tạo tệp bằng: lienthong-sandbox onestop",
            fix: "Make the file with: lienthong-sandbox onestop")
    }

    static func sandboxFileShape(_ path: String, expected: String) -> Trouble {
        Trouble(
            "LT-7003", .dataError,
            vietnamese: "Tệp \(path) không đúng mẫu; cần có: \(expected).",
            english: "\(path) has not the expected shape; needed: \(expected).",
            fixVietnamese: "Tạo lại tệp bằng: lienthong-sandbox onestop",
            fix: "Make the file again with: lienthong-sandbox onestop")
    }

    static func sandboxCannotListen(address: String, reason: String) -> Trouble {
        Trouble(
            "LT-7004", .unavailable,
            vietnamese: "Không mở được cổng \(address): \(reason).",
            english: "Cannot listen on \(address): \(reason).",
            fixVietnamese: "Chọn cổng khác, hoặc --port 0 để hệ thống tự chọn.",
            fix: "Choose another port, or --port 0 to let the system choose.")
    }

    static func sandboxAddress(_ address: String) -> Trouble {
        Trouble(
            "LT-7005", .usage,
            vietnamese: "“\(address)” không phải địa chỉ IPv4.",
            english: "“\(address)” is not an IPv4 address.",
            fixVietnamese: "Dùng: --listen 127.0.0.1", fix: "Use: --listen 127.0.0.1")
    }

    static func sandboxTLSPair() -> Trouble {
        Trouble(
            "LT-7006", .usage,
            vietnamese: "TLS cần cả chứng thư lẫn khoá.",
            english: "TLS needs both a certificate and a key.",
            fixVietnamese: "Thêm: --tls-cert TỆP --tls-key TỆP",
            fix: "Give: --tls-cert FILE --tls-key FILE")
    }
}
