/// Bodies as a client would write them, with any member replaced or left out.
enum PortalRecords {
    /// Members and their raw JSON, in the contract's order (contracts.md §2.6).
    static let dossierMembers: [(String, String)] = [
        ("MaHoSo", "\"H21.129-260105-0001\""), ("MaTTHC", "\"1.001234\""),
        ("TenTTHC", "\"Thủ tục thử\""), ("MaLinhVuc", "\"G15-HT01\""),
        ("TenLinhVuc", "\"Hộ tịch\""), ("KenhThucHien", "\"2\""), ("ChuHoSo", "\"CÔNG DÂN THỬ\""),
        ("LoaiDoiTuong", "\"1\""), ("MaDoiTuong", "\"tech-000001\""),
        ("SoGiayToChuHoSo", "\"000000000001\""),
        ("DinhDanhCHS", #"[{"LoaiDinhDanh":"1","SoDinhDanh":"000000000001"}]"#),
        ("ThongTinKhac", "\"\""), ("Email", "\"thu@example.vn\""), ("Fax", "\"\""),
        ("SoDienThoai", "\"0000000001\""), ("TrichYeuHoSo", "\"Hồ sơ thử\""),
        ("NgayNopHoSo", "\"20260105075500\""), ("NgayTiepNhan", "\"20260105080000\""),
        ("NgayHenTra", "\"20260112170000\""), ("TrangThaiHoSo", "\"2\""), ("NgayTra", "\"\""),
        ("ThongTinTra", "\"\""), ("HinhThuc", "\"0\""), ("NgayKetThucXuLy", "\"\""),
        ("NgayTuChoi", "\"\""), ("DonViXuLy", "\"UBND xã Thử\""), ("GhiChu", "\"\""),
        ("NoiNopHoSo", "\"2\""), ("HoSoCoThanhPhanSoHoa", "\"1\""),
        ("TaiKhoanDuocXacThucVoiVNeID", "\"1\""), ("DuocThanhToanTrucTuyen", "\"0\""),
        ("DSKetNoiCSDL", #"[{"MaCSDL":"1"}]"#), ("TaiLieuNop", "[\(document())]"),
        (
            "DanhSachLePhi",
            #"[{"TenPhiLePhi":"Lệ phí","MaPhiLePhi":"1","HinhThucThu":"1","Gia":"8000","#
                + #""LoaiPhiLePhi":"1"}]"#
        ),
        ("DanhSachTepDinhKemKhac", #"[{"TenGiayTo":"Giấy","SoLuong":2,"LoaiGiayTo":1}]"#),
        ("DanhSachHoSoBoSung", "[]"),
        ("DanhSachGiayToKetQua", "[]"),
    ]

    static let stepMembers: [(String, String)] = [
        ("MaHoSo", "\"H21.129-260105-0001\""), ("NguoiXuLy", "\"Cán bộ A\""),
        ("ChucDanh", "\"\""), ("ThoiDiemXuLy", "\"20260105081500\""),
        ("PhongBanXuLy", "\"Bộ phận một cửa\""), ("NoiDungXuLy", "\"Chuyển xử lý\""),
        ("TrangThai", "\"4\""), ("NgayBatDau", "\"\""),
        ("NgayKetThucTheoQuyDinh", "\"20260107170000\""),
    ]

    /// - Parameter changes: raw JSON by member; nil leaves the member out; unknown ones are appended.
    static func dossier(_ changes: [String: String?] = [:]) -> String {
        object(dossierMembers, changes)
    }

    static func dossier(code: String, _ changes: [String: String?] = [:]) -> String {
        dossier(changes.merging(["MaHoSo": "\"\(code)\""]) { $1 })
    }

    static func step(_ changes: [String: String?] = [:]) -> String { object(stepMembers, changes) }

    static func document(url: String = "https://province.example/f/9001") -> String {
        #"{"TepDinhKemId":"9001","TenTepDinhKem":"to-khai.pdf","IsDeleted":"False","#
            + #""MaThanhPhanHoSo":"","DuongDanTaiTepTin":"\#(url)","DuocSoHoa":"1","#
            + #""DuocTaiSuDung":"0","DuocLayTuKhoDMQG":"0","MaKetQuaThayThe":""}"#
    }

    private static func object(_ members: [(String, String)], _ changes: [String: String?])
        -> String
    {
        var parts: [String] = []
        for (name, value) in members {
            switch changes[name] {
            case .none: parts.append("\"\(name)\":\(value)")
            case .some(.some(let changed)): parts.append("\"\(name)\":\(changed)")
            case .some(.none): break
            }
        }
        let known = Set(members.map { $0.0 })
        for (name, value) in changes where !known.contains(name) {
            parts.append("\"\(name)\":\(value ?? "null")")
        }
        return "{\(parts.joined(separator: ","))}"
    }
}
