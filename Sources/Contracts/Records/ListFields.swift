internal import Dossiers

// The fields of the header record's lists (contracts.md §2.6, sub-objects), as contract files name them.

/// One entry of `DinhDanhCHS`.
enum IdentityField: String, CanonicalField {
    case kindOfIdentity, number

    var kind: FieldKind {
        switch self {
        case .kindOfIdentity: .coded(.identityKind)
        case .number: .text
        }
    }

    func value(of identity: borrowing Identity) -> FieldValue {
        switch self {
        case .kindOfIdentity: .coded(identity.kind.rawValue)
        case .number: .text(identity.number)
        }
    }
}

/// One entry of `DSKetNoiCSDL`.
enum DatabaseField: String, CanonicalField {
    case code

    var kind: FieldKind { .text }

    func value(of code: borrowing String) -> FieldValue { .text(copy code) }
}

/// One entry of `TaiLieuNop`.
enum DocumentField: String, CanonicalField {
    case id, name, isDeleted, componentCode, url, isDigitised, reuse, fromWarehouse
    case replacingResultCode

    var kind: FieldKind {
        switch self {
        case .isDeleted, .isDigitised, .fromWarehouse: .coded(.flag)
        case .reuse: .coded(.reuse)
        default: .text
        }
    }

    func value(of document: borrowing SubmittedDocument) -> FieldValue {
        switch self {
        case .id: .text(document.id)
        case .name: .text(document.name)
        case .isDeleted: .coded(document.isDeleted ? 1 : 0)
        case .componentCode: .text(document.componentCode)
        case .url: .text(document.url)
        case .isDigitised: .coded(document.isDigitised ? 1 : 0)
        case .reuse: .coded(document.reuse.rawValue)
        case .fromWarehouse: .coded(document.fromWarehouse ? 1 : 0)
        case .replacingResultCode: .text(document.replacingResultCode)
        }
    }
}

/// One entry of `DanhSachLePhi`.
enum FeeField: String, CanonicalField {
    case name, code, collection, amount, kindOfFee

    var kind: FieldKind {
        switch self {
        case .amount: .number
        default: .text
        }
    }

    func value(of fee: borrowing Fee) -> FieldValue {
        switch self {
        case .name: .text(fee.name)
        case .code: .text(fee.code)
        case .collection: .text(fee.collection)
        case .amount: .number(fee.amount)
        case .kindOfFee: .text(fee.kind)
        }
    }
}

/// One entry of `DanhSachTepDinhKemKhac`.
enum PaperField: String, CanonicalField {
    case name, quantity, kindOfPaper

    var kind: FieldKind {
        switch self {
        case .name: .text
        case .quantity, .kindOfPaper: .number
        }
    }

    func value(of paper: borrowing Paper) -> FieldValue {
        switch self {
        case .name: .text(paper.name)
        case .quantity: .number(paper.quantity)
        case .kindOfPaper: .number(paper.kind)
        }
    }
}

/// One entry of `DanhSachHoSoBoSung`.
enum SupplementField: String, CanonicalField {
    case id, requestedBy, content, requestedAt, receivedBy, receivedInformation, receivedAt
    case isDone, previousDueAt, newDueAt

    var kind: FieldKind {
        switch self {
        case .isDone: .coded(.flag)
        case .requestedAt, .receivedAt, .previousDueAt, .newDueAt: .time
        default: .text
        }
    }

    func value(of round: borrowing SupplementRound) -> FieldValue {
        switch self {
        case .id: .text(round.id)
        case .requestedBy: .text(round.requestedBy)
        case .content: .text(round.content)
        case .requestedAt: .time(round.requestedAt)
        case .receivedBy: .text(round.receivedBy)
        case .receivedInformation: .text(round.receivedInformation)
        case .receivedAt: .time(round.receivedAt)
        case .isDone: .coded(round.isDone ? 1 : 0)
        case .previousDueAt: .time(round.previousDueAt)
        case .newDueAt: .time(round.newDueAt)
        }
    }
}

/// One entry of `DanhSachGiayToKetQua`.
enum ResultField: String, CanonicalField {
    case id, name, componentCode, url, resultCode

    var kind: FieldKind { .text }

    func value(of result: borrowing ResultDocument) -> FieldValue {
        switch self {
        case .id: .text(result.id)
        case .name: .text(result.name)
        case .componentCode: .text(result.componentCode)
        case .url: .text(result.url)
        case .resultCode: .text(result.resultCode)
        }
    }
}
