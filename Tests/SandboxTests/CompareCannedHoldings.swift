import Wire

@testable import Sandbox

/// Lines of `/sandbox/holdings` without a portal.
enum CannedHoldings {
    static func line(_ record: PortalRecord) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("code", record.scalars[0])
        json.member("creates", 1)
        json.key("header")
        json.beginObject()
        for (name, text) in zip(PortalNames.scalars, record.scalars) { json.member(name, text) }
        for (list, items) in zip(PortalNames.lists, record.lists) {
            json.key(list.name)
            json.beginArray()
            for item in items { write(item, list.members, list.name, &json) }
            json.endArray()
        }
        json.endObject()
        json.key("progress")
        json.beginArray()
        for step in record.progress { write(step, PortalNames.step, "", &json) }
        json.endArray()
        json.endObject()
        return json.finish()
    }

    private static func write(
        _ item: [String], _ members: [String], _ list: String, _ json: inout JSONWriter
    ) {
        json.beginObject()
        for (name, text) in zip(members, item) {
            // The only numbers that are not texts (contracts.md §2.6).
            if list == "DanhSachTepDinhKemKhac", name != "TenGiayTo" {
                json.member(name, Int64(text) ?? -1)
            } else {
                json.member(name, text)
            }
        }
        json.endObject()
    }

    /// A parsed value as text again.
    static func text(_ value: JSONValue) -> String {
        var json = JSONWriter()
        write(value, &json)
        return String(decoding: json.finish(), as: UTF8.self)
    }

    private static func write(_ value: JSONValue, _ json: inout JSONWriter) {
        switch value {
        case .null: json.null()
        case .bool(let flag): json.bool(flag)
        case .number(let digits): json.raw(Array(digits.utf8))
        case .string(let text): json.string(text)
        case .array(let items):
            json.beginArray()
            for item in items { write(item, &json) }
            json.endArray()
        case .object(let members):
            json.beginObject()
            for (name, member) in members {
                json.key(name)
                write(member, &json)
            }
            json.endObject()
        }
    }

    /// Puts one known dossier into a reference database in place of what is there.
    static let rows = [
        "DELETE FROM step", "DELETE FROM document", "DELETE FROM fee", "DELETE FROM paper",
        "DELETE FROM supplement", "DELETE FROM dossier", "DELETE FROM procedure",
        "UPDATE unit SET name = 'UBND xã Thử' WHERE code = 'H21.129'",
        "INSERT INTO procedure VALUES ('TT1', '1.001234', 'Thủ tục thử', 'G15-HT01', 'Hộ tịch')",
        """
        INSERT INTO dossier (id, code, procedure_code, unit_code, channel, owner_name, owner_kind,
            owner_account, identity_number, email, phone, summary, status, submitted_at,
            accepted_at, due_at, note, vneid, databases, modified_at)
        VALUES (7, 'H21.129-260105-0001', 'TT1', 'H21.129', 2, ' CÔNG DÂN THỬ ', 1, 'tech-000001',
            '000000000001', 'thu@example.vn', '+84 901234567', 'Hồ sơ thử', 'waiting',
            '2026-01-05 07:55:00.000', '2026-01-05 08:00:00.999', '2026-01-12 17:00:00.000',
            'một dòng', 1, '1, 7;1', '2026-01-06 09:00:00.000')
        """,
        """
        INSERT INTO step VALUES
            (2, 7, 'Trần Thị Đo', 'Chuyên viên', 'Phòng chuyên môn', 'Yêu cầu bổ sung', 'waiting',
             '2026-01-06 09:00:00.000', NULL, NULL, '2026-01-06 09:00:00.000', NULL),
            (1, 7, NULL, NULL, 'Bộ phận một cửa', 'Tiếp nhận', 'new', '2026-01-05 08:00:00.000',
             NULL, '2026-01-06', '2026-01-05 08:00:00.000', NULL)
        """,
        """
        INSERT INTO document VALUES (9001, 7, 1, 'to-khai.pdf', NULL,
            'https://province.example/f/9001', NULL, 1, 2, 0, 'KQ.G15.000031', 0,
            '2026-01-05 08:00:00.000')
        """,
        "INSERT INTO fee VALUES (1, 7, 'Lệ phí', '1', '1', '1', 8000, '2026-01-05 08:00:00.000')",
        "INSERT INTO paper VALUES (1, 7, 'Bản sao', 2, 2, '2026-01-05 08:00:00.000')",
        """
        INSERT INTO supplement VALUES (4, 7, 'Trần Thị Đo', 'Thiếu bản sao',
            '2026-01-06 09:00:00.000', NULL, NULL, NULL, 0, '2026-01-12', NULL,
            '2026-01-06 09:00:00.000')
        """,
    ]

    /// What contracts.md §2.6 and §2.7 make of it, written by hand.
    static let byHand =
        #"{"code":"H21.129-260105-0001","header":{"MaHoSo":"H21.129-260105-0001","MaTTHC":"1.001234","#
        + #""TenTTHC":"Thủ tục thử","MaLinhVuc":"G15-HT01","TenLinhVuc":"Hộ tịch","KenhThucHien":"2","#
        + #""ChuHoSo":"CÔNG DÂN THỬ","LoaiDoiTuong":"1","MaDoiTuong":"tech-000001","#
        + #""SoGiayToChuHoSo":"000000000001","DinhDanhCHS":[{"LoaiDinhDanh":"1","#
        + #""SoDinhDanh":"000000000001"}],"ThongTinKhac":"","Email":"thu@example.vn","Fax":"","#
        + #""SoDienThoai":"0901234567","TrichYeuHoSo":"Hồ sơ thử","NgayNopHoSo":"20260105075500","#
        + #""NgayTiepNhan":"20260105080000","NgayHenTra":"20260112170000","TrangThaiHoSo":"5","#
        + #""HinhThuc":"0","DonViXuLy":"UBND xã Thử","GhiChu":"một dòng","NoiNopHoSo":"2","#
        + #""HoSoCoThanhPhanSoHoa":"1","TaiKhoanDuocXacThucVoiVNeID":"1","DuocThanhToanTrucTuyen":"0","#
        + #""DSKetNoiCSDL":[{"MaCSDL":"1"},{"MaCSDL":"7"}],"TaiLieuNop":[{"TepDinhKemId":"9001","#
        + #""TenTepDinhKem":"to-khai.pdf","IsDeleted":"False","MaThanhPhanHoSo":"","#
        + #""DuongDanTaiTepTin":"https://province.example/f/9001","DuocSoHoa":"1","DuocTaiSuDung":"2","#
        + #""DuocLayTuKhoDMQG":"0","MaKetQuaThayThe":"KQ.G15.000031"}],"DanhSachLePhi":[{"#
        + #""TenPhiLePhi":"Lệ phí","MaPhiLePhi":"1","HinhThucThu":"1","Gia":"8000","LoaiPhiLePhi":"1"}],"#
        + #""DanhSachTepDinhKemKhac":[{"TenGiayTo":"Bản sao","SoLuong":2,"LoaiGiayTo":2}],"#
        + #""DanhSachHoSoBoSung":[{"HoSoBoSungId":"4","NguoiYeuCauBoSung":"Trần Thị Đo","#
        + #""NoiDungBoSung":"Thiếu bản sao","NgayBoSung":"20260106090000","TrangThaiBoSung":"0","#
        + #""DanhSachGiayToBoSung":[],"NgayHenTraTruoc":"20260112235959"}],"DanhSachGiayToKetQua":[]},"#
        + #""progress":[{"MaHoSo":"H21.129-260105-0001","NguoiXuLy":"Chuyên viên","#
        + #""ThoiDiemXuLy":"20260105080000","PhongBanXuLy":"Bộ phận một cửa","NoiDungXuLy":"Tiếp nhận","#
        + #""TrangThai":"2","NgayKetThucTheoQuyDinh":"20260106235959"},{"MaHoSo":"H21.129-260105-0001","#
        + #""NguoiXuLy":"Trần Thị Đo","ChucDanh":"Chuyên viên","ThoiDiemXuLy":"20260106090000","#
        + #""PhongBanXuLy":"Phòng chuyên môn","NoiDungXuLy":"Yêu cầu bổ sung","TrangThai":"5"}]}"#
}
