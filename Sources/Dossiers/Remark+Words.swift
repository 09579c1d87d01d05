extension Remark {
    /// What was changed or left out, for staff; the field is named, its value never.
    package var english: String {
        switch kind {
        case .truncated: "\(field): cut to the length that the destination takes"
        case .controlCharactersRemoved: "\(field): control or invisible characters removed"
        case .composed: "\(field): decomposed Unicode composed (NFC)"
        case .identityOmitted: "\(field): no identity number or tax code, left out"
        case .phoneOmitted: "\(field): no telephone number, left out"
        case .emailOmitted: "\(field): no e-mail address, left out"
        case .birthOmitted: "\(field): no possible birth, so the person is not verified by it"
        case .unitReplaced: "\(field): no longer in force on the dossier's date, successor sent"
        case .stepHeld: "\(field): a step waits"
        case .entryOmitted: "\(field): an entry that the destination cannot take, left out"
        }
    }

    package var vietnamese: String {
        switch kind {
        case .truncated: "\(field): cắt ngắn theo giới hạn của nơi nhận"
        case .controlCharactersRemoved: "\(field): bỏ ký tự điều khiển hoặc ký tự ẩn"
        case .composed: "\(field): chuyển chữ tổ hợp về Unicode dựng sẵn (NFC)"
        case .identityOmitted: "\(field): không phải số định danh hay mã số thuế, không gửi"
        case .phoneOmitted: "\(field): không phải số điện thoại, không gửi"
        case .emailOmitted: "\(field): không phải địa chỉ thư điện tử, không gửi"
        case .birthOmitted: "\(field): ngày sinh không thể có, không dùng để xác thực"
        case .unitReplaced: "\(field): không còn hiệu lực vào ngày của hồ sơ, gửi đơn vị kế thừa"
        case .stepHeld: "\(field): một bước đang chờ"
        case .entryOmitted: "\(field): một mục mà nơi nhận không nhận được, không gửi"
        }
    }
}
