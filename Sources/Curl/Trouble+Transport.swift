internal import Operating

extension Trouble {
    static func authorityUnreadable(file: String, reason: String) -> Trouble {
        Trouble(
            "LT-5001", .configuration,
            vietnamese: "Không dùng được tệp chứng thư gốc (CA) \(file): \(reason).",
            english: "Cannot use the file of trusted authorities \(file): \(reason).",
            fixVietnamese: "Đặt vào đó chứng thư CA dạng PEM; thử: openssl x509 -in \(file) -noout",
            fix: "Put the authority's PEM certificate there; try: openssl x509 -in \(file) -noout")
    }

    static func clientCertificateUnreadable(file: String, reason: String) -> Trouble {
        Trouble(
            "LT-5002", .configuration,
            vietnamese: "Không dùng được chứng thư máy trạm \(file): \(reason).",
            english: "Cannot use the client certificate \(file): \(reason).",
            fixVietnamese: "Đặt vào đó chứng thư dạng PEM; thử: openssl x509 -in \(file) -noout",
            fix: "Put the PEM certificate there; try: openssl x509 -in \(file) -noout")
    }

    static func clientKeyUnreadable(file: String, reason: String) -> Trouble {
        Trouble(
            "LT-5003", .configuration,
            vietnamese: "Không dùng được khoá riêng của chứng thư máy trạm \(file): \(reason).",
            english: "Cannot use the client certificate's private key \(file): \(reason).",
            fixVietnamese: "Đặt khoá PEM không mật khẩu vào đó, chỉ dịch vụ được đọc (chmod 400).",
            fix: "Put the PEM key, without a passphrase, there, readable by the service only.")
    }

    static func clientPairIncomplete(present: String) -> Trouble {
        Trouble(
            "LT-5004", .configuration,
            vietnamese: "Chứng thư máy trạm và khoá riêng phải đi cùng nhau; chỉ có \(present).",
            english: "A client certificate and its key go together; there is only \(present).",
            fixVietnamese: "Khai báo cả hai tệp, hoặc bỏ cả hai.",
            fix: "Name both files, or neither.")
    }

    static func transportRefused(detail: String) -> Trouble {
        Trouble(
            "LT-5005", .software,
            vietnamese: "libcurl trên máy này không nhận cấu hình truyền tải: \(detail).",
            english: "This machine's libcurl does not take the transport's settings: \(detail).",
            fixVietnamese: "Cần libcurl ≥ 7.88 có TLS: apt-get install --only-upgrade libcurl4",
            fix: "It takes libcurl ≥ 7.88 with TLS: apt-get install --only-upgrade libcurl4")
    }
}
