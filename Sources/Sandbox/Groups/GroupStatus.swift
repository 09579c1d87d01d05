internal import Wire

/// A status call to the interlinking software, read and checked (contracts.md §5.2).
struct GroupStatus {
    var number = ""
    var code = ""
    var status = 0
    var breaches: [Breach] = []

    private static let texts = [
        "maTTHC", "soHoSoLT", "maHoSo", "thoiGianThucHien", "ghiChu", "nguoiXuLy", "chucDanh",
        "phongBanXuLy", "noiDungXuLy", "ngayBatDau", "ngayKetThucTheoQuyDinh", "ngayHenTraTruoc",
        "ngayHenTraMoi", "hanBoSungHoSo", "ketQuaXuLy",
    ]
    private static let numbers = ["coQuanXuLy", "trangThai"]
    private static let needed = ["maTTHC", "soHoSoLT", "maHoSo", "thoiGianThucHien"]
    private static let times = [
        "thoiGianThucHien", "ngayBatDau", "ngayKetThucTheoQuyDinh", "ngayHenTraTruoc",
        "ngayHenTraMoi", "hanBoSungHoSo",
    ]

    /// nil when the body is no JSON object.
    init?(_ body: [UInt8]) {
        guard let tape = JSONTape(body), tape.kind(tape.root) == .object else { return nil }
        var values: [String: String] = [:]
        var found: [Breach] = []
        tape.members(tape.root) { name, value in
            let name = String(decoding: name, as: UTF8.self)
            let isNumber = GroupStatus.numbers.contains(name)
            if values[name] != nil { found.append(Breach(.memberRepeated, name)) }
            if !isNumber, !GroupStatus.texts.contains(name) {
                found.append(Breach(.memberUnknown, String(name.prefix(40))))
            } else if tape.kind(value) != (isNumber ? .number : .string) {
                found.append(Breach(.type, name))
            }
            values[name] = tape.text(value)
        }
        for name in GroupStatus.texts + GroupStatus.numbers where values[name] == nil {
            found.append(Breach(.memberMissing, name))
        }
        for name in GroupStatus.needed where values[name]?.isEmpty == true {
            found.append(Breach(.memberEmpty, name))
        }
        for name in GroupStatus.times {
            if let text = values[name], !text.isEmpty, !GroupStatus.isTime(text) {
                found.append(Breach(.date, name))
            }
        }
        number = values["soHoSoLT"] ?? ""
        code = values["maHoSo"] ?? ""
        status = values["trangThai"].flatMap { Int($0) } ?? 0
        if !(1...7).contains(status) { found.append(Breach(.codeList, "trangThai")) }
        if status == 4, !GroupStatus.isJSONObject(values["ketQuaXuLy"] ?? "") {
            found.append(Breach(.resultMissing, "ketQuaXuLy"))
        }
        breaches = found
    }

    /// `dd/MM/yyyy HH:mm:ss`.
    private static func isTime(_ text: String) -> Bool {
        let shape = Array("00/00/0000 00:00:00".utf8)
        let bytes = Array(text.utf8)
        guard bytes.count == shape.count else { return false }
        return zip(bytes, shape).allSatisfy { byte, sample in
            sample == UInt8(ascii: "0")
                ? (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) : byte == sample
        }
    }

    private static func isJSONObject(_ text: String) -> Bool {
        guard let tape = JSONTape(Array(text.utf8)) else { return false }
        return tape.kind(tape.root) == .object
    }
}
