internal import Wire

/// The dossier record of contracts.md §2.6 and its progress rows of §2.7, as texts: what the portal holds,
/// or what it ought to.
package struct PortalRecord: Sendable, Equatable {
    /// In the order of ``PortalNames/scalars``; an absent member is an empty text.
    var scalars: [String]
    /// In the order of ``PortalNames/lists``: items, each in the order of its members.
    var lists: [[[String]]]
    /// In order, each in the order of ``PortalNames/step``.
    package var progress: [[String]]

    package init() {
        scalars = Array(repeating: "", count: PortalNames.scalars.count)
        lists = Array(repeating: [], count: PortalNames.lists.count)
        progress = []
    }
}

/// The names of the contract, written down from its tables.
enum PortalNames {
    static let scalars = [
        "MaHoSo", "MaTTHC", "TenTTHC", "MaLinhVuc", "TenLinhVuc", "SoBienNhan", "KenhThucHien",
        "ChuHoSo", "LoaiDoiTuong", "MaDoiTuong", "SoGiayToChuHoSo", "ThongTinKhac", "Email", "Fax",
        "SoDienThoai", "TrichYeuHoSo", "NgayNopHoSo", "NgayTiepNhan", "NgayHenTra",
        "TrangThaiHoSo", "NgayTra", "ThongTinTra", "HinhThuc", "NgayKetThucXuLy", "NgayTuChoi",
        "DonViXuLy", "GhiChu", "NoiNopHoSo", "HoSoCoThanhPhanSoHoa",
        "TaiKhoanDuocXacThucVoiVNeID", "DuocThanhToanTrucTuyen",
    ]

    static let lists: [(name: String, members: [String])] = [
        ("DinhDanhCHS", ["LoaiDinhDanh", "SoDinhDanh"]),
        ("DSKetNoiCSDL", ["MaCSDL"]),
        (
            "TaiLieuNop",
            [
                "TepDinhKemId", "TenTepDinhKem", "IsDeleted", "MaThanhPhanHoSo",
                "DuongDanTaiTepTin", "DuocSoHoa", "DuocTaiSuDung", "DuocLayTuKhoDMQG",
                "MaKetQuaThayThe",
            ]
        ),
        ("DanhSachLePhi", ["TenPhiLePhi", "MaPhiLePhi", "HinhThucThu", "Gia", "LoaiPhiLePhi"]),
        ("DanhSachTepDinhKemKhac", ["TenGiayTo", "SoLuong", "LoaiGiayTo"]),
        (
            "DanhSachHoSoBoSung",
            [
                "HoSoBoSungId", "NguoiYeuCauBoSung", "NoiDungBoSung", "NgayBoSung",
                "NguoiTiepNhanBoSung", "ThongTinTiepNhan", "NgayTiepNhanBoSung", "TrangThaiBoSung",
                "NgayHenTraTruoc", "NgayHenTraMoi",
            ]
        ),
        (
            "DanhSachGiayToKetQua",
            ["TenGiayTo", "MaThanhPhanHoSo", "GiayToId", "DuongDanTepTinKetQua", "MaGiayToKetQua"]
        ),
    ]

    static let step = [
        "MaHoSo", "NguoiXuLy", "ChucDanh", "ThoiDiemXuLy", "PhongBanXuLy", "NoiDungXuLy",
        "TrangThai", "NgayBatDau", "NgayKetThucTheoQuyDinh",
    ]

    /// Lists inside a supplement round, which a dossier of ours never fills.
    static let alwaysEmpty: Set<String> = ["DanhSachGiayToBoSung", "DanhSachLePhiBoSung"]

    static let scalarPlaces = places(scalars)
    static let listPlaces = places(lists.map(\.name))

    private static func places(_ names: [String]) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    }
}

/// One dossier of the portal's listing.
package struct HeldRecord: Sendable {
    package var code: String
    package var record = PortalRecord()
    /// Members that the contract has not got, by name.
    var strangers: [String] = []
    /// How often the portal saw progress rows again, whether it kept them or not.
    package var repeatedSteps = 0

    /// Reads a line of `/sandbox/holdings`; nil when it is none.
    package init?(line: [UInt8]) {
        let value: JSONValue
        do { value = try JSONValue(parsing: line) } catch { return nil }
        guard let code = value["code"]?.text, case .object(let header)? = value["header"] else {
            return nil
        }
        self.code = code
        repeatedSteps = value["duplicates"]?.text.flatMap { Int($0) } ?? 0
        for (name, member) in header { read(name, member) }
        for row in value["progress"]?.items ?? [] {
            record.progress.append(items(row, PortalNames.step, "progress"))
        }
    }

    private mutating func read(_ name: String, _ value: JSONValue) {
        if let place = PortalNames.scalarPlaces[name] {
            record.scalars[place] = value.text ?? ""
        } else if let place = PortalNames.listPlaces[name] {
            let members = PortalNames.lists[place].members
            for item in value.items ?? [] {
                record.lists[place].append(items(item, members, name))
            }
        } else {
            strangers.append(name)
        }
    }

    private mutating func items(
        _ value: JSONValue, _ members: [String], _ list: String
    ) -> [String] {
        var texts = Array(repeating: "", count: members.count)
        guard case .object(let found) = value else { return texts }
        for (name, member) in found {
            if let place = members.firstIndex(of: name) {
                texts[place] = member.text ?? ""
            } else if !PortalNames.alwaysEmpty.contains(name) || member.items?.isEmpty != true {
                strangers.append("\(list).\(name)")
            }
        }
        return texts
    }
}
