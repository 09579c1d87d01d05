/// Names put together from common syllables.
enum PersonName {
    private static let families = [
        "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ",
        "Hồ", "Ngô", "Dương", "Lý", "Rơ Châm", "Siu", "Kpă", "Rah Lan", "Ksor", "Đinh",
    ]
    private static let womanMiddles = ["Thị", "Ngọc", "Thu", "Kim", "Thanh", "Mỹ", "H'"]
    private static let manMiddles = ["Văn", "Đức", "Hữu", "Quốc", "Minh", "Công", "Xuân", "Đình"]
    private static let womanGiven = [
        "Hằng", "Hường", "Lệ", "Mỹ", "Nguyệt", "Quỳnh", "Thảo", "Thuỷ", "Trâm", "Yến", "Diễm",
        "Hạnh",
        "Phượng", "Ánh", "Đào", "Cẩm Tú", "Bích Ngọc",
    ]
    private static let manGiven = [
        "Dũng", "Hiếu", "Khải", "Lộc", "Nghĩa", "Phước", "Quyết", "Sỹ", "Thắng", "Thịnh", "Trưởng",
        "Việt", "Vượng", "Đạt", "Ân", "Gia Bảo", "Hoàng Anh",
    ]

    static func make(_ dice: inout Dice, woman: Bool) -> String {
        let family = dice.one(of: families)
        let middle = dice.one(of: woman ? womanMiddles : manMiddles)
        let given = dice.one(of: woman ? womanGiven : manGiven)
        return "\(family) \(middle) \(given)"
    }

    private static let trades = [
        "Thương mại", "Xây dựng", "Nông sản", "Vận tải", "Dịch vụ", "Cơ khí", "Dược phẩm",
        "Lâm nghiệp",
    ]
    private static let firms = [
        "Đại Lộc", "Phú Thịnh", "Tây Nguyên Xanh", "An Phước", "Biển Hồ", "Hoà Bình", "Trường Phát",
        "Cao Nguyên", "Bảo Tín & Con", "Minh Đức",
    ]

    static func company(_ dice: inout Dice) -> String {
        let kind = dice.happens(0.7) ? "Công ty TNHH" : "Công ty cổ phần"
        return "\(kind) \(dice.one(of: trades)) \(dice.one(of: firms)) \(dice.within(1...99))"
    }
}
