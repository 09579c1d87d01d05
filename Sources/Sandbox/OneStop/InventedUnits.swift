/// A unit that handles dossiers.
struct InventedUnit: Sendable, Equatable {
    /// `H21.129`.
    var code: String
    var name: String
    /// Five digits; nil for a department.
    var communeCode: String?
    /// True for the units that the law of 2025 dissolved on 1 July of that year.
    var isDissolved = false
    /// Who took over; nil when nobody has written that down.
    var successorCode: String?
}

/// The units of one province: a People's Committee for each commune in force, some departments, and
/// units that were dissolved on 2025-07-01.
struct InventedUnits: Sendable {
    var prefix: String
    var communes: [InventedUnit] = []
    var departments: [InventedUnit] = []
    /// Dissolved, with a successor on record.
    var replaced: [InventedUnit] = []
    /// Dissolved, and nobody said what follows.
    var orphaned: [InventedUnit] = []

    static let dissolution = OfficeTime(year: 2025, month: 7, day: 1)

    /// Names nobody has; a dossier that carries it waits.
    var unknown: InventedUnit { InventedUnit(code: "\(prefix).999", name: "", communeCode: nil) }

    var inForce: [InventedUnit] { communes + departments }
    var all: [InventedUnit] { communes + departments + replaced + orphaned }

    /// `000.00.00.H21`, the province as a sender.
    var senderCode: String { "000.00.00.\(prefix)" }

    init(province: Province) {
        prefix = province.prefix
        for (index, commune) in province.communes.enumerated() {
            let code = "\(prefix).\(digits(index + 101, 3))"
            communes.append(
                InventedUnit(
                    code: code, name: "UBND \(InventedUnits.lowercasingFirst(commune.name))",
                    communeCode: commune.code))
        }
        for (index, name) in InventedUnits.departmentNames.enumerated() {
            departments.append(
                InventedUnit(code: "\(prefix).\(digits(index + 1, 2))", name: name))
        }
        for index in 0..<min(12, communes.count) {
            let successor = communes[index * 7 % communes.count]
            replaced.append(
                InventedUnit(
                    code: "\(prefix).\(30 + index / 4).\(digits(index % 4 + 1, 2))",
                    name: "\(successor.name) (cũ)", isDissolved: true,
                    successorCode: successor.code))
        }
        orphaned = [
            InventedUnit(code: "\(prefix).39.01", name: "UBND huyện Thử Nghiệm", isDissolved: true),
            InventedUnit(
                code: "\(prefix).39.02", name: "UBND thị xã Thử Nghiệm", isDissolved: true),
        ]
    }

    /// `Xã Ia Hrú` → `xã Ia Hrú`.
    private static func lowercasingFirst(_ name: String) -> String {
        name.prefix(1).lowercased() + name.dropFirst()
    }

    private static let departmentNames = [
        "Sở Tư pháp", "Sở Nội vụ", "Sở Xây dựng", "Sở Tài chính", "Sở Nông nghiệp và Môi trường",
        "Sở Y tế", "Sở Giáo dục và Đào tạo", "Sở Văn hoá, Thể thao và Du lịch", "Sở Công Thương",
        "Trung tâm Phục vụ hành chính công",
    ]
}
