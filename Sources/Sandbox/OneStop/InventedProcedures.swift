/// A procedure of the invented catalogue.
struct InventedProcedure: Sendable, Equatable {
    /// The province's own code.
    var localCode: String
    /// `n.nnnnnn`; nil while nobody has mapped it.
    var nationalCode: String?
    var name: String
    var fieldCode: String
    var fieldName: String
    var resultName: String
    /// In đồng.
    var fee: Int64
    /// The promised time, in working days.
    var days: Int

    /// `KQ.Gnn.nnnnnn`, numbered as the procedure is.
    var resultCode: String {
        "KQ.G15.9" + digits(abs(localCode.utf8.reduce(7) { ($0 * 31 + Int($1)) % 99_991 }), 5)
    }
}

/// Twenty-eight procedures that exist nowhere, and two that nobody has mapped yet.
enum InventedProcedures {
    static let mapped: [InventedProcedure] = rows.enumerated().map { index, row in
        InventedProcedure(
            localCode: "\(row.group)-\(digits(index + 1, 3))",
            nationalCode: "\(index % 3 + 1).99\(digits(index * 37 + 101, 4))",
            name: row.name, fieldCode: fields[row.group]?.code ?? "G15-XX00",
            fieldName: fields[row.group]?.name ?? "Khác", resultName: row.result, fee: row.fee,
            days: row.days)
    }

    static let unmapped: [InventedProcedure] = [
        InventedProcedure(
            localCode: "NN-901", nationalCode: nil, name: "Xác nhận vườn ươm thử nghiệm cấp xã",
            fieldCode: "G10-NN01", fieldName: "Nông nghiệp", resultName: "Giấy xác nhận", fee: 0,
            days: 5),
        InventedProcedure(
            localCode: "VH-902", nationalCode: nil,
            name: "Đăng ký hoạt động câu lạc bộ cồng chiêng",
            fieldCode: "G16-VH01", fieldName: "Văn hoá", resultName: "Văn bản chấp thuận",
            fee: 20_000, days: 7),
    ]

    static let all = mapped + unmapped

    /// The national code that somebody gives an unmapped procedure while the office works.
    static func laterCode(_ index: Int) -> String { "3.99\(digits(9001 + index, 4))" }

    private static let fields: [String: (code: String, name: String)] = [
        "HT": ("G15-HT01", "Hộ tịch"), "CT": ("G15-CT02", "Chứng thực"),
        "DD": ("G13-DD03", "Đất đai"), "XD": ("G14-XD01", "Hoạt động xây dựng"),
        "KD": ("G09-KD04", "Thành lập và hoạt động của hộ kinh doanh"),
        "BT": ("G11-BT01", "Bảo trợ xã hội"), "NC": ("G11-NC02", "Người có công"),
        "GT": ("G12-GT05", "Đường bộ"), "GD": ("G08-GD01", "Giáo dục"),
        "NN": ("G10-NN01", "Nông nghiệp"), "VH": ("G16-VH01", "Văn hoá"),
        "YT": ("G17-YT02", "Khám bệnh, chữa bệnh"),
    ]

    private typealias Row = (group: String, name: String, result: String, fee: Int64, days: Int)

    private static let rows: [Row] = [
        ("HT", "Đăng ký khai sinh (thử nghiệm)", "Giấy khai sinh", 0, 1),
        ("HT", "Đăng ký khai tử (thử nghiệm)", "Trích lục khai tử", 0, 1),
        ("HT", "Đăng ký kết hôn (thử nghiệm)", "Giấy chứng nhận kết hôn", 0, 2),
        ("HT", "Cấp giấy xác nhận tình trạng hôn nhân (thử nghiệm)", "Giấy xác nhận", 15_000, 3),
        ("HT", "Thay đổi, cải chính hộ tịch (thử nghiệm)", "Trích lục", 28_000, 3),
        ("HT", "Cấp bản sao trích lục hộ tịch (thử nghiệm)", "Bản sao trích lục", 8_000, 1),
        ("CT", "Chứng thực bản sao từ bản chính (thử nghiệm)", "Bản sao chứng thực", 2_000, 1),
        ("CT", "Chứng thực chữ ký (thử nghiệm)", "Văn bản chứng thực", 10_000, 1),
        ("CT", "Chứng thực hợp đồng, giao dịch (thử nghiệm)", "Hợp đồng chứng thực", 50_000, 2),
        ("DD", "Đăng ký biến động quyền sử dụng đất (thử nghiệm)", "Giấy chứng nhận", 100_000, 10),
        ("DD", "Tách thửa, hợp thửa đất (thử nghiệm)", "Giấy chứng nhận", 100_000, 15),
        ("DD", "Cấp đổi giấy chứng nhận (thử nghiệm)", "Giấy chứng nhận", 50_000, 7),
        ("DD", "Xoá đăng ký thế chấp (thử nghiệm)", "Văn bản xác nhận", 20_000, 1),
        ("XD", "Cấp phép xây dựng nhà ở riêng lẻ (thử nghiệm)", "Giấy phép xây dựng", 75_000, 20),
        ("XD", "Gia hạn giấy phép xây dựng (thử nghiệm)", "Giấy phép xây dựng", 15_000, 5),
        (
            "KD", "Đăng ký thành lập hộ kinh doanh (thử nghiệm)", "Giấy chứng nhận đăng ký",
            100_000, 3
        ),
        ("KD", "Chấm dứt hoạt động hộ kinh doanh (thử nghiệm)", "Thông báo chấm dứt", 0, 3),
        (
            "KD", "Thay đổi nội dung đăng ký hộ kinh doanh (thử nghiệm)", "Giấy chứng nhận", 30_000,
            3
        ),
        ("BT", "Trợ cấp xã hội hằng tháng (thử nghiệm)", "Quyết định trợ cấp", 0, 22),
        ("BT", "Hỗ trợ chi phí mai táng (thử nghiệm)", "Quyết định hỗ trợ", 0, 3),
        ("NC", "Bổ sung thông tin hồ sơ người có công (thử nghiệm)", "Văn bản xác nhận", 0, 12),
        ("GT", "Cấp giấy phép lưu hành xe quá khổ (thử nghiệm)", "Giấy phép", 0, 2),
        ("GT", "Đổi phù hiệu xe tải \"nội bộ\" (thử nghiệm)", "Phù hiệu", 0, 2),
        ("GD", "Chuyển trường học sinh tiểu học (thử nghiệm)", "Giấy giới thiệu", 0, 2),
        ("NN", "Đăng ký mã số vùng trồng (thử nghiệm)", "Quyết định cấp mã số", 0, 10),
        ("NN", "Kê khai hoạt động chăn nuôi & thú y (thử nghiệm)", "Giấy xác nhận", 0, 3),
        ("VH", "Công nhận gia đình văn hoá (thử nghiệm)", "Quyết định công nhận", 0, 8),
        ("YT", "Cấp thẻ khám bệnh cho trẻ dưới sáu tuổi (thử nghiệm)", "Thẻ", 0, 5),
    ]
}
