internal import Operating

extension Trouble {
    /// A trouble of strict reading as one of a contract: LT-1003 becomes LT-1103, its fix the handbook.
    var asContractTrouble: Trouble {
        let codes = [
            "LT-1001": "LT-1101", "LT-1002": "LT-1102", "LT-1003": "LT-1103",
            "LT-1004": "LT-1104", "LT-1005": "LT-1105",
        ]
        guard let own = codes[code] else { return self }
        var trouble = self
        trouble.code = own
        if code == "LT-1004" {
            trouble.fixVietnamese = "Thêm khoá này; mọi khoá được giải thích trong Contracts.md."
            trouble.fix = "Add it; every key is explained in Contracts.md."
        }
        return trouble
    }

    static func contractUnknownField(file: String, place: String, name: String, nearest: String?)
        -> Trouble
    {
        Trouble(
            "LT-1106", .configuration,
            vietnamese: "Tệp \(file): “\(place)” lấy trường “\(name)” mà hồ sơ không có.",
            english:
                "\(file): “\(place)” takes the field “\(name)”, which a dossier does not have.",
            fixVietnamese: nearest.map { "Có phải ý bạn là “\($0)”?" }
                ?? "Xem danh sách trường trong Contracts.md.",
            fix: nearest.map { "Did you mean “\($0)”?" } ?? "The fields are listed in Contracts.md."
        )
    }

    static func contractUnknownName(file: String, place: String, name: String, nearest: String?)
        -> Trouble
    {
        Trouble(
            "LT-1107", .configuration,
            vietnamese: "Tệp \(file): “\(place)” nhắc đến “\(name)”, nhưng không có tên đó.",
            english: "\(file): “\(place)” speaks of “\(name)”, but there is no such name.",
            fixVietnamese: nearest.map { "Có phải ý bạn là “\($0)”?" }
                ?? "Khai báo tên này hoặc xoá chỗ nhắc đến nó.",
            fix: nearest.map { "Did you mean “\($0)”?" } ?? "Declare it, or take the mention out.")
    }

    static func contractCodeMissing(file: String, place: String, word: String, field: String)
        -> Trouble
    {
        Trouble(
            "LT-1108", .configuration,
            vietnamese: "Tệp \(file): bảng mã “\(place)” thiếu “\(word)” mà “\(field)” cần.",
            english: "\(file): the code table “\(place)” lacks “\(word)”, which “\(field)” needs.",
            fixVietnamese: "Thêm dòng \(word): \"…\" vào bảng mã.",
            fix: "Add a line \(word): \"…\" to the table.")
    }

    static func contractStatusUnplaced(file: String, place: String, status: String) -> Trouble {
        Trouble(
            "LT-1140", .configuration,
            vietnamese: "Tệp \(file): “\(place)” không xếp chỗ cho trạng thái “\(status)”.",
            english: "\(file): “\(place)” has no place for the status “\(status)”.",
            fixVietnamese:
                "Thêm vào statuses (theo thứ tự), beside (trạng thái bên lề) hoặc unsent (không gửi).",
            fix: "Add it to statuses (in its turn), beside (off the road) or unsent (not told).")
    }

    static func contractNameTwice(file: String, place: String) -> Trouble {
        Trouble(
            "LT-1109", .configuration,
            vietnamese: "Tệp \(file): “\(place)” trùng với một tên đã có.",
            english: "\(file): “\(place)” repeats a name that is already taken.",
            fixVietnamese: "Đổi tên hoặc xoá một trong hai.",
            fix: "Rename or remove one of the two.")
    }

    static func contractIncomplete(file: String, place: String, neededBy: String) -> Trouble {
        Trouble(
            "LT-1110", .configuration,
            vietnamese: "Tệp \(file): thiếu “\(place)” mà “\(neededBy)” cần.",
            english: "\(file): “\(place)” is missing, which “\(neededBy)” needs.",
            fixVietnamese: "Thêm phần này, hoặc xoá “\(neededBy)”.",
            fix: "Add it, or remove “\(neededBy)”.")
    }

    static func contractCallNotInEncoding(file: String, place: String, call: String) -> Trouble {
        Trouble(
            "LT-1111", .configuration,
            vietnamese: "Tệp \(file): “\(place)”: lệnh “\(call)” không có trong kiểu mã hoá này.",
            english: "\(file): “\(place)”: there is no call “\(call)” in this encoding.",
            fixVietnamese:
                "encoding \"json\": login, create, update, history, probe; \"soap\": verify, lookup.",
            fix:
                "encoding \"json\": login, create, update, history, probe; \"soap\": verify, lookup."
        )
    }

    static func contractTableUnused(file: String, place: String) -> Trouble {
        Trouble(
            "LT-1112", .configuration,
            vietnamese: "Tệp \(file): không trường nào dùng bảng mã “\(place)”.",
            english: "\(file): no field uses the code table “\(place)”.",
            fixVietnamese: "Ghi tên bảng vào khoá codes của một trường, hoặc xoá bảng.",
            fix: "Name it in a field's codes, or remove it.")
    }

    static func contractNotANumber(file: String, place: String) -> Trouble {
        Trouble(
            "LT-1113", .configuration,
            vietnamese: "Tệp \(file): “\(place)” phải là số nguyên vì trường được ghi dạng số.",
            english: "\(file): “\(place)” must be a whole number, for its field is written as one.",
            fixVietnamese: "Sửa mã thành số, hoặc bỏ as: \"number\" ở trường.",
            fix: "Make the code a number, or remove as: \"number\" from the field.")
    }
}
