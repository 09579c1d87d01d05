internal import Operating

extension Trouble {
    static func shareMissing(looked: [String]) -> Trouble {
        let places = looked.joined(separator: ", ")
        return Trouble(
            "LT-1006", .configuration,
            vietnamese:
                "Không tìm thấy thư mục dữ liệu (contracts, sources, codes). Đã tìm: \(places).",
            english:
                "The data directory (contracts, sources, codes) was not found. Looked in: \(places).",
            fixVietnamese:
                "Sao chép các thư mục contracts, sources, codes của bản phát hành vào /etc/lienthongd, hoặc thêm --share ĐƯỜNG_DẪN.",
            fix:
                "Copy the release's folders contracts, sources and codes to /etc/lienthongd, or add --share DIRECTORY."
        )
    }

    /// - Parameter sample: the sample's path where it was found.
    static func configurationMissing(_ path: String, sample: String) -> Trouble {
        Trouble(
            "LT-1007", .configuration,
            vietnamese: "Chưa có tệp cấu hình \(path).",
            english: "There is no configuration at \(path).",
            fixVietnamese:
                "Tạo từ tệp mẫu: cp \(sample) \(path), rồi sửa theo tỉnh mình.",
            fix:
                "Start from the sample: cp \(sample) \(path), then fill it in."
        )
    }

    static func noDestination(file: String) -> Trouble {
        Trouble(
            "LT-1008", .configuration,
            vietnamese: "Tệp \(file): mục “destinations” chưa có hệ thống đích nào.",
            english: "\(file): “destinations” names no destination.",
            fixVietnamese: "Thêm ít nhất một đích; xem tệp mẫu lienthongd.sample.json5.",
            fix: "Add at least one destination; see lienthongd.sample.json5.")
    }

    static func plainHTTP(file: String, destination: String) -> Trouble {
        Trouble(
            "LT-1009", .configuration,
            vietnamese: "Tệp \(file): đích “\(destination)” dùng http:// không mã hoá.",
            english: "\(file): destination “\(destination)” uses unencrypted http://.",
            fixVietnamese:
                "Dùng https://, hoặc đặt allowPlainHTTP: true nếu đích ở ngay máy này hay mạng TSLCD.",
            fix:
                "Use https://, or set allowPlainHTTP: true if it is on this machine or a closed network."
        )
    }

    static func contractUnknown(
        _ name: String, file: String, destination: String, known: [String], in folder: String
    ) -> Trouble {
        let hint = Nearest.of(name, among: known)
        let list = known.joined(separator: ", ")
        return Trouble(
            "LT-1130", .configuration,
            vietnamese:
                "Tệp \(file): “destinations.\(destination).contract” nêu hợp đồng “\(name)” không có.",
            english:
                "\(file): “destinations.\(destination).contract” names the contract “\(name)”, which there is not.",
            fixVietnamese: (hint.map { "Có phải ý bạn là “\($0)”?" } ?? "Các hợp đồng: \(list)")
                + " Đã tìm trong \(folder); hợp đồng ở nơi khác thì ghi đường dẫn đầy đủ.",
            fix: (hint.map { "Did you mean “\($0)”?" } ?? "There are: \(list).")
                + " Looked in \(folder); one elsewhere is named by its full path.")
    }

    static func profileUnknown(
        _ name: String, file: String, known: [String], in folder: String
    ) -> Trouble {
        let hint = Nearest.of(name, among: known)
        let list = known.joined(separator: ", ")
        return Trouble(
            "LT-1211", .configuration,
            vietnamese: "Tệp \(file): “source.profile” nêu hồ sơ nguồn “\(name)” không có.",
            english:
                "\(file): “source.profile” names the source profile “\(name)”, which there is not.",
            fixVietnamese: (hint.map { "Có phải ý bạn là “\($0)”?" } ?? "Các hồ sơ nguồn: \(list).")
                + " Đã tìm trong \(folder); ở nơi khác thì ghi đường dẫn đầy đủ, hoặc thêm --share.",
            fix: (hint.map { "Did you mean “\($0)”?" } ?? "There are: \(list).")
                + " Looked in \(folder); one elsewhere is named by its full path, or by --share.")
    }

    static func credentialMissing(_ name: String, looked: [String]) -> Trouble {
        let places = looked.isEmpty ? "(no directory)" : looked.joined(separator: ", ")
        return Trouble(
            "LT-1301", .configuration,
            vietnamese: "Không có thông tin mật “\(name)”. Đã tìm trong: \(places).",
            english: "The credential “\(name)” was not found. Looked in: \(places).",
            fixVietnamese:
                "Ghi giá trị mật vào tệp /etc/lienthongd/credentials/\(name) (chmod 600), rồi: systemctl restart lienthongd",
            fix:
                "Write the secret into the file /etc/lienthongd/credentials/\(name) (chmod 600), then: systemctl restart lienthongd"
        )
    }

    static func credentialName(_ name: String) -> Trouble {
        Trouble(
            "LT-1302", .configuration,
            vietnamese:
                "Tên thông tin mật “\(name)” không hợp lệ: phải là tên tệp, không phải đường dẫn.",
            english: "“\(name)” is no credential name: it must be a file name, not a path.",
            fixVietnamese: "Chỉ ghi tên, ví dụ \"portal-password\".",
            fix: "Write the name only, such as \"portal-password\".")
    }

    static func credentialExposed(_ path: String) -> Trouble {
        Trouble(
            "LT-1303", .configuration,
            vietnamese: "Tệp mật \(path) cho phép người khác đọc.",
            english: "The credential file \(path) is readable by others.",
            fixVietnamese: "Chạy: chmod 600 \(path)",
            fix: "Run: chmod 600 \(path)")
    }

    static func credentialUnreadable(_ path: String, reason: String) -> Trouble {
        Trouble(
            "LT-1304", .noPermission,
            vietnamese: "Không đọc được tệp mật \(path): \(reason).",
            english: "The credential file \(path) cannot be read: \(reason).",
            fixVietnamese:
                "Chạy lại lệnh với sudo; hoặc giao tệp cho người dùng chạy chương trình: chown \(ServiceAccount.name) \(path)",
            fix:
                "Run the command again with sudo; or give the file to the user who runs this: chown \(ServiceAccount.name) \(path)"
        )
    }

    static func credentialUnusable(_ path: String) -> Trouble {
        Trouble(
            "LT-1307", .configuration,
            vietnamese: "Tệp mật \(path) trống, hoặc không phải văn bản UTF-8.",
            english: "The credential file \(path) is empty, or is no UTF-8 text.",
            fixVietnamese: "Ghi giá trị mật vào tệp, một dòng.",
            fix: "Write the secret into it, one line.")
    }

    static func stateKeyLost(_ path: String) -> Trouble {
        Trouble(
            "LT-1308", .configuration,
            vietnamese: "Mất khoá kho trạng thái \(path); kho vẫn còn nhưng không mở được.",
            english: "The state key \(path) is gone; its store is there and cannot be opened.",
            fixVietnamese:
                "Khôi phục khoá từ bản sao lưu; nếu không còn, dời cả thư mục trạng thái đi để bắt đầu lại.",
            fix:
                "Restore the key from backup; if there is none, move the state directory away to start anew."
        )
    }

    static func stateKeyMalformed(_ place: String) -> Trouble {
        Trouble(
            "LT-1305", .configuration,
            vietnamese: "Khoá mã hoá kho trạng thái (\(place)) phải là 64 chữ số thập lục phân.",
            english: "The state key (\(place)) must be 64 hexadecimal digits.",
            fixVietnamese: "Khôi phục đúng khoá từ bản sao lưu; khoá mới không mở được dữ liệu cũ.",
            fix: "Restore the right key from backup; a new key cannot open the old state.")
    }

    static func stateKeyUnwritable(_ path: String, reason: String) -> Trouble {
        Trouble(
            "LT-1306", .cannotCreate,
            vietnamese: "Không tạo được khoá kho trạng thái \(path): \(reason).",
            english: "Cannot create the state key \(path): \(reason).",
            fixVietnamese: "Kiểm tra thư mục trạng thái có tồn tại và ghi được.",
            fix: "Check that the state directory exists and is writable.")
    }
}
