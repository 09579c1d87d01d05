/// The portal's status of a dossier, 1…10 (contracts.md §2.11).
package enum Status: Int, Hashable, Sendable, CaseIterable {
    /// Mới đăng ký
    case submitted = 1
    /// Được tiếp nhận
    case accepted = 2
    /// Không được tiếp nhận
    case refused = 3
    /// Đang xử lý
    case processing = 4
    /// Yêu cầu bổ sung giấy tờ
    case supplementRequested = 5
    /// Yêu cầu thực hiện nghĩa vụ tài chính
    case paymentRequested = 6
    /// Công dân yêu cầu rút hồ sơ
    case withdrawn = 7
    /// Dừng xử lý
    case stopped = 8
    /// Đã xử lý xong
    case processed = 9
    /// Đã trả kết quả
    case returned = 10
}

/// How a dossier was submitted (`KenhThucHien`, contracts.md §2.12).
package enum Channel: Int, Hashable, Sendable { case counter = 1, online = 2, post = 3 }

/// Who owns a dossier (`LoaiDoiTuong`, contracts.md §2.12; 3 and 4 are one-source and conflicting, so
/// a contract maps them through its own code table).
package enum OwnerKind: Int, Hashable, Sendable {
    case citizen = 1
    case business = 2
    case agency = 3
    case organisation = 4
}

/// How the result is handed over (`HinhThuc`, contracts.md §2.12).
package enum ReturnMethod: Int, Hashable, Sendable { case counter = 0, post = 1 }

/// Where the dossier was submitted (`NoiNopHoSo`, contracts.md §2.12; 1 is unconfirmed).
package enum SubmissionPlace: Int, Hashable, Sendable { case nationalPortal = 1, province = 2 }

/// Whether and where fees were paid online (`DuocThanhToanTrucTuyen`, contracts.md §2.12; the sources
/// conflict beyond 0…2, so a contract maps it through its own code table).
package enum OnlinePayment: Int, Hashable, Sendable { case none = 0, national = 1, provincial = 2 }

/// Whether a submitted file is a reused one (`DuocTaiSuDung`, contracts.md §2.12).
package enum Reuse: Int, Hashable, Sendable { case none = 0, reused = 1, replaced = 2 }
