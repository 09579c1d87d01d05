/// How a dossier came to its status: the portal's statuses after each step, 2 to 8 of them.
enum Story {
    /// Weights of the statuses 1…10 in a sample.
    static let weights = [5, 6, 4, 18, 6, 4, 3, 3, 10, 41]

    /// A plausible road that ends at the status.
    static func road(to status: Int, _ dice: inout Dice) -> [Int] {
        switch status {
        case 1: [1, 1]
        case 2: [1, 2]
        case 3: [1, 3]
        case 4: [1, 2] + desks(&dice)
        case 5: [1, 2] + desks(&dice) + [5]
        case 6: [1, 2] + desks(&dice) + [6]
        case 7: dice.happens(0.5) ? [1, 2, 7] : [1, 2, 4, 7]
        case 8: [1, 2] + desks(&dice) + [8]
        case 9: [1, 2] + desks(&dice) + detour(&dice) + [9]
        default: [1, 2] + desks(&dice) + detour(&dice) + [9, 10]
        }
    }

    /// What can come next at an office, nil when the road has ended.
    static func next(after status: Int, _ dice: inout Dice) -> Int? {
        switch status {
        case 1: [2, 2, 2, 3][dice.below(4)]
        case 2: [4, 4, 4, 4, 7][dice.below(5)]
        case 4: [4, 4, 5, 6, 8, 9, 9, 9, 9, 9][dice.below(10)]
        case 5, 6: 4
        case 9: 10
        default: nil
        }
    }

    private static func desks(_ dice: inout Dice) -> [Int] {
        Array(repeating: 4, count: dice.within(1...2))
    }

    private static func detour(_ dice: inout Dice) -> [Int] {
        switch dice.below(10) {
        case 0: [5, 4]
        case 1: [6, 4]
        default: []
        }
    }

    /// What an officer writes when a dossier reaches the status.
    static func content(_ status: Int, isFirst: Bool) -> String {
        switch status {
        case 1: isFirst ? "Nộp hồ sơ" : "Chuyển hồ sơ đến bộ phận một cửa"
        case 2: "Tiếp nhận hồ sơ, hẹn ngày trả kết quả"
        case 3: "Từ chối tiếp nhận: hồ sơ không thuộc thẩm quyền"
        case 4: "Thẩm định hồ sơ, trình lãnh đạo phê duyệt"
        case 5: "Yêu cầu công dân bổ sung giấy tờ"
        case 6: "Yêu cầu thực hiện nghĩa vụ tài chính"
        case 7: "Công dân đề nghị rút hồ sơ"
        case 8: "Dừng xử lý theo quy định"
        case 9: "Ký duyệt kết quả, chuyển bộ phận trả kết quả"
        default: "Trả kết quả cho công dân"
        }
    }

    /// Department and title of who takes the step.
    static func desk(_ status: Int) -> (department: String, title: String) {
        switch status {
        case 1, 2, 3, 10: ("Bộ phận một cửa", "Công chức tiếp nhận")
        case 9: ("Lãnh đạo đơn vị", "Phó Chủ tịch")
        default: ("Phòng chuyên môn", "Chuyên viên")
        }
    }

    static func isOver(_ status: Int) -> Bool { [3, 7, 8, 10].contains(status) }
}
