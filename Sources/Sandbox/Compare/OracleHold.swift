/// Why a dossier ought not to be at the portal.
package enum OracleHold: String, Error, CaseIterable, Sendable {
    case codeMissing, codeTooLong, codeUnreadable
    case deleted
    case statusUnmapped, procedureUnmapped, unitUnmapped, unitWithoutSuccessor
    case dateImpossible, acceptanceMissing, submissionMissing
    case stepUnmapped, stepWithoutTime
    case ownerKindUnknown, numberMalformed
    case textTooLong, textMissing
    case duplicateCode

    var vietnamese: String {
        switch self {
        case .codeMissing: "không có mã hồ sơ"
        case .codeTooLong: "mã hồ sơ dài quá 50 ký tự"
        case .codeUnreadable: "mã hồ sơ có ký tự ẩn"
        case .deleted: "hồ sơ đã xoá"
        case .statusUnmapped: "trạng thái chưa ánh xạ"
        case .procedureUnmapped: "thủ tục chưa ánh xạ"
        case .unitUnmapped: "đơn vị không rõ tên"
        case .unitWithoutSuccessor: "đơn vị đã giải thể, chưa rõ nơi kế thừa"
        case .dateImpossible: "ngày giờ không thể có"
        case .acceptanceMissing: "thiếu ngày tiếp nhận"
        case .submissionMissing: "thiếu ngày nộp"
        case .stepUnmapped: "bước xử lý chưa ánh xạ"
        case .stepWithoutTime: "bước xử lý thiếu thời điểm"
        case .ownerKindUnknown: "không rõ loại đối tượng"
        case .numberMalformed: "số không hợp lệ"
        case .textTooLong: "nội dung dài quá giới hạn"
        case .textMissing: "thiếu nội dung bắt buộc"
        case .duplicateCode: "hai hồ sơ cùng mã"
        }
    }
}

/// Times as the portal writes them (contracts.md §12.5), straight from a naive local text.
enum OracleTime {
    /// `yyyyMMddHHmmss`; empty when the column says nothing.
    ///
    /// - Parameter endsDay: a date alone means its last second, because it is a deadline.
    static func compact(_ text: String?, endsDay: Bool = false) throws(OracleHold) -> String {
        guard let text else { return "" }
        let bytes = Array(text.utf8)[...].trimming { $0 <= 0x20 }
        if bytes.isEmpty || text.hasSuffix("infinity") { return "" }
        let parts = Array(bytes)
        guard parts.count >= 10, let year = number(parts, 0, 4), parts[4] == UInt8(ascii: "-"),
            let month = number(parts, 5, 2), parts[7] == UInt8(ascii: "-"),
            let day = number(parts, 8, 2)
        else { throw .dateImpossible }
        if absent.contains(year * 10_000 + month * 100 + day) { return "" }
        var clock = endsDay ? [23, 59, 59] : [0, 0, 0]
        if parts.count > 10 {
            guard parts.count >= 16, let hour = number(parts, 11, 2),
                let minute = number(parts, 14, 2),
                let second = parts.count >= 19 ? number(parts, 17, 2) : 0,
                parts.count < 20 || parts[19] == UInt8(ascii: ".")
            else { throw .dateImpossible }
            clock = [hour, minute, second]
        }
        guard (1990...2100).contains(year), (1...12).contains(month),
            (1...days(month, year)).contains(day), clock[0] < 24, clock[1] < 60, clock[2] < 60
        else { throw .dateImpossible }
        return ([(year, 4), (month, 2), (day, 2)] + clock.map { ($0, 2) })
            .map { digits($0.0, $0.1) }.joined()
    }

    /// What offices write where they mean no date.
    private static let absent: Set<Int> = [0, 1_01_01, 1900_01_01, 1970_01_01, 9999_12_31]

    private static func number(_ bytes: [UInt8], _ start: Int, _ count: Int) -> Int? {
        guard start + count <= bytes.count else { return nil }
        var value = 0
        for byte in bytes[start..<(start + count)] {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        return value
    }

    private static func days(_ month: Int, _ year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }
}
