internal import Operating

// What a destination's account in the configuration lacks. Keys are named, values never.
extension Trouble {
    static func accountLacksSetting(_ key: ContractKey, contract: String) -> Trouble {
        Trouble(
            "LT-1120", .configuration,
            vietnamese: "Hợp đồng \(contract) cần thiết lập “\(key.name)”: \(key.vietnamese)",
            english: "The contract \(contract) needs the setting “\(key.name)”: \(key.english)",
            fixVietnamese:
                "Ghi \(key.name): \"…\" vào settings của nơi nhận trong lienthongd.json5.",
            fix: "Write \(key.name): \"…\" under the destination's settings in lienthongd.json5.")
    }

    static func accountLacksSecret(_ key: ContractKey, contract: String) -> Trouble {
        Trouble(
            "LT-1121", .configuration,
            vietnamese: "Hợp đồng \(contract) cần bí mật “\(key.name)”: \(key.vietnamese)",
            english: "The contract \(contract) needs the secret “\(key.name)”: \(key.english)",
            fixVietnamese:
                "Trỏ \(key.name) trong secrets của nơi nhận tới một credential hoặc tệp.",
            fix: "Point \(key.name) under the destination's secrets to a credential or a file.")
    }

    static func accountHasUnknown(_ name: String, nearest: String?, contract: String) -> Trouble {
        Trouble(
            "LT-1122", .configuration,
            vietnamese: "Hợp đồng \(contract) không biết thiết lập hay bí mật “\(name)”.",
            english: "The contract \(contract) knows no setting or secret “\(name)”.",
            fixVietnamese: nearest.map { "Có phải ý bạn là “\($0)”?" } ?? "Xoá khoá này.",
            fix: nearest.map { "Did you mean “\($0)”?" } ?? "Remove this key.")
    }

    static func headerUnusable(_ header: String, contract: String) -> Trouble {
        Trouble(
            "LT-1123", .configuration,
            vietnamese: "Hợp đồng \(contract): giá trị của tiêu đề \(header) có ký tự điều khiển.",
            english:
                "Contract \(contract): the value of the header \(header) has control characters.",
            fixVietnamese: "Xoá dấu xuống dòng trong thiết lập hoặc tệp bí mật tương ứng.",
            fix: "Remove the line break from the setting or secret file behind it.")
    }

    static func addressUnusable(contract: String) -> Trouble {
        Trouble(
            "LT-1124", .configuration,
            vietnamese: "Hợp đồng \(contract): địa chỉ nơi nhận không phải URL http(s) hợp lệ.",
            english: "Contract \(contract): the destination's address is no valid http(s) URL.",
            fixVietnamese: "Sửa url của nơi nhận và các đường dẫn trong settings.",
            fix: "Correct the destination's url and the paths in its settings.")
    }

    static func timestampUnitUnknown(contract: String) -> Trouble {
        Trouble(
            "LT-1125", .configuration,
            vietnamese:
                "Hợp đồng \(contract): đơn vị dấu thời gian phải là milliseconds hoặc seconds.",
            english: "Contract \(contract): the timestamp's unit must be milliseconds or seconds.",
            fixVietnamese: "Sửa thiết lập timestamp_unit của nơi nhận.",
            fix: "Correct the destination's setting timestamp_unit.")
    }

    static func callUnsupported(_ call: String, contract: String) -> Trouble {
        Trouble(
            "LT-1126", .configuration,
            vietnamese: "Hợp đồng \(contract) không có lệnh “\(call)”.",
            english: "The contract \(contract) has no call “\(call)”.",
            fixVietnamese: "Thêm operations.\(call) vào tệp hợp đồng.",
            fix: "Add operations.\(call) to the contract file.")
    }

    static func callLacksSession(contract: String) -> Trouble {
        Trouble(
            "LT-1127", .software,
            vietnamese: "Hợp đồng \(contract): lệnh cần phiên đăng nhập mà chưa có phiên.",
            english: "Contract \(contract): the call needs a session and there is none.",
            fixVietnamese: "Đây là lỗi của lienthongd; hãy báo cho nhóm phát triển.",
            fix: "This is a defect of lienthongd; report it.")
    }
}
