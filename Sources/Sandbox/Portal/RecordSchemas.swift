extension RecordSchema {
    private static let flag = FieldRule.Shape.oneOf(["0", "1"])

    /// `DongBoHoSoMC` (contracts.md §2.6). `SoBienNhan`, the additions of Decision 766 whose need no
    /// source states, and what the table marks O or ? as a scalar may be left out; the lists are sent
    /// by every client seen, empty at least.
    static let dossier = RecordSchema([
        FieldRule("MaHoSo", .dossierCode, .filled, limit: 50),
        FieldRule("MaTTHC", .text, .filled, limit: 50),
        FieldRule("TenTTHC", .text, .filled),
        FieldRule("MaLinhVuc", .text, .filled, limit: 50),
        FieldRule("TenLinhVuc", .text, .filled, limit: 500),
        FieldRule("SoBienNhan", .text),
        FieldRule("KenhThucHien", .oneOf(["1", "2", "3"]), .filled, limit: 2),
        FieldRule("ChuHoSo", .text, limit: 500),
        FieldRule("LoaiDoiTuong", .oneOf(["1", "2", "3", "4"]), .filled),
        FieldRule("MaDoiTuong", .text, limit: 50),
        FieldRule("SoGiayToChuHoSo", .identity, limit: 100),
        FieldRule("DinhDanhCHS", .list(identity), .present),
        FieldRule("ThongTinKhac", .lines, limit: 5000),
        FieldRule("Email", .email, limit: 100),
        FieldRule("Fax", .text),
        FieldRule("SoDienThoai", .phone, limit: 50),
        FieldRule("TrichYeuHoSo", .lines, .filled, limit: 1000),
        FieldRule("NgayNopHoSo", .time, .filled),
        // Empty only while the dossier has not been accepted: RecordCross.swift.
        FieldRule("NgayTiepNhan", .time, .present),
        FieldRule("NgayHenTra", .time, .present),
        FieldRule("TrangThaiHoSo", .oneOf((1...10).map(String.init)), .filled),
        FieldRule("NgayTra", .time),
        FieldRule("ThongTinTra", .lines),
        FieldRule("HinhThuc", flag, .filled, limit: 20),
        FieldRule("NgayKetThucXuLy", .time),
        FieldRule("NgayTuChoi", .time),
        FieldRule("DonViXuLy", .text, .filled, limit: 500),
        FieldRule("GhiChu", .lines, limit: 2000),
        FieldRule("NoiNopHoSo", .oneOf(["1", "2"]), .filled, limit: 2),
        FieldRule("HoSoCoThanhPhanSoHoa", flag, .filled, limit: 2),
        FieldRule("TaiKhoanDuocXacThucVoiVNeID", flag, .filled, limit: 2),
        FieldRule("DuocThanhToanTrucTuyen", .oneOf(["0", "1", "2"]), .filled, limit: 2),
        FieldRule("DSKetNoiCSDL", .list(database), .optional),
        FieldRule("TaiLieuNop", .list(document), .present),
        FieldRule("DanhSachLePhi", .list(fee), .present),
        FieldRule("DanhSachTepDinhKemKhac", .list(paper), .present),
        FieldRule("DanhSachHoSoBoSung", .list(supplement), .present),
        FieldRule("DanhSachGiayToKetQua", .list(result), .present),
    ])

    static let identity = RecordSchema([
        FieldRule("LoaiDinhDanh", .oneOf(["1", "2"]), .filled, limit: 2),
        FieldRule("SoDinhDanh", .identity, .filled, limit: 40),
    ])

    /// The list of databases is not public (contracts.md G7).
    static let database = RecordSchema([FieldRule("MaCSDL", .text, .filled)])

    static let document = RecordSchema([
        FieldRule("TepDinhKemId", .text),
        FieldRule("TenTepDinhKem", .text, .filled, limit: 4000),
        // "False"/"True" as the direct adapter's client spells it (contracts.md §2.12).
        FieldRule("IsDeleted", .oneOf(["False", "True"]), .filled),
        FieldRule("MaThanhPhanHoSo", .text, limit: 50),
        FieldRule("DuongDanTaiTepTin", .url, .filled),
        FieldRule("DuocSoHoa", flag),
        FieldRule("DuocTaiSuDung", .oneOf(["0", "1", "2"])),
        FieldRule("DuocLayTuKhoDMQG", flag),
        FieldRule("MaKetQuaThayThe", .text, limit: 50),
    ])

    static let fee = RecordSchema([
        FieldRule("TenPhiLePhi", .text, .present),
        FieldRule("MaPhiLePhi", .text, .present),
        FieldRule("HinhThucThu", .text, .present),
        FieldRule("Gia", .digits, .filled),
        FieldRule("LoaiPhiLePhi", .text, .present),
    ])

    static let paper = RecordSchema([
        FieldRule("TenGiayTo", .text, .present),
        FieldRule("SoLuong", .whole, .filled),
        FieldRule("LoaiGiayTo", .whole, .filled),
    ])

    static let supplement = RecordSchema([
        FieldRule("HoSoBoSungId", .text),
        FieldRule("NguoiYeuCauBoSung", .text),
        FieldRule("NoiDungBoSung", .lines),
        FieldRule("NgayBoSung", .time),
        FieldRule("NguoiTiepNhanBoSung", .text),
        FieldRule("ThongTinTiepNhan", .lines),
        FieldRule("NgayTiepNhanBoSung", .time),
        FieldRule("TrangThaiBoSung", flag),
        FieldRule("DanhSachGiayToBoSung", .list(paper)),
        FieldRule("DanhSachLePhiBoSung", .list(fee)),
        FieldRule("NgayHenTraTruoc", .time),
        FieldRule("NgayHenTraMoi", .time),
    ])

    static let result = RecordSchema([
        FieldRule("TenGiayTo", .text, .filled, limit: 2000),
        FieldRule("MaThanhPhanHoSo", .text, limit: 50),
        FieldRule("GiayToId", .text),
        FieldRule("DuongDanTepTinKetQua", .url, .filled),
        FieldRule("MaGiayToKetQua", .resultCode, .present),
    ])

    /// `CapNhatTienDoHoSoMC` (contracts.md §2.7).
    static let step = RecordSchema([
        FieldRule("MaHoSo", .dossierCode, .filled, limit: 50),
        FieldRule("NguoiXuLy", .text, .filled, limit: 50),
        FieldRule("ChucDanh", .text),
        FieldRule("ThoiDiemXuLy", .time, .filled),
        FieldRule("PhongBanXuLy", .text),
        FieldRule("NoiDungXuLy", .lines, .present),
        FieldRule("TrangThai", .oneOf((1...10).map(String.init)), .filled),
        FieldRule("NgayBatDau", .time),
        FieldRule("NgayKetThucTheoQuyDinh", .time),
    ])
}
