internal import Dossiers

/// The scalar fields of a dossier's header record (contracts.md §2.6), as contract files name them.
enum StateField: String, CanonicalField {
    case code, procedureCode, procedureName, fieldCode, fieldName, receiptNumber
    case channel, ownerName, ownerKind, ownerAccount, ownerIdentityNumber
    case otherInformation, email, fax, phone, summary
    case submittedAt, acceptedAt, dueAt, status, returnedAt, returnInformation, returnMethod
    case finishedAt, refusedAt, unitName, unitCode, note
    case submissionPlace, hasDigitisedComponent, verifiedByVNeID, onlinePayment

    var kind: FieldKind {
        switch self {
        case .channel: .coded(.channel)
        case .ownerKind: .coded(.ownerKind)
        case .status: .coded(.status)
        case .returnMethod: .coded(.returnMethod)
        case .submissionPlace: .coded(.submissionPlace)
        case .hasDigitisedComponent, .verifiedByVNeID: .coded(.flag)
        case .onlinePayment: .coded(.onlinePayment)
        case .submittedAt, .acceptedAt, .dueAt, .returnedAt, .finishedAt, .refusedAt: .time
        default: .text
        }
    }

    func value(of dossier: borrowing Dossier) -> FieldValue {
        switch self {
        case .code: .text(dossier.code.rawValue)
        case .procedureCode: .text(dossier.procedureCode)
        case .procedureName: .text(dossier.procedureName)
        case .fieldCode: .text(dossier.fieldCode)
        case .fieldName: .text(dossier.fieldName)
        case .receiptNumber: .text(dossier.receiptNumber)
        case .channel: .coded(dossier.channel.rawValue)
        case .ownerName: .text(dossier.ownerName)
        case .ownerKind: .coded(dossier.ownerKind.rawValue)
        case .ownerAccount: .text(dossier.ownerAccount)
        case .ownerIdentityNumber: .text(dossier.ownerIdentityNumber)
        case .otherInformation: .text(dossier.otherInformation)
        case .email: .text(dossier.email)
        case .fax: .text(dossier.fax)
        case .phone: .text(dossier.phone)
        case .summary: .text(dossier.summary)
        case .submittedAt: .time(dossier.submittedAt)
        case .acceptedAt: .time(dossier.acceptedAt)
        case .dueAt: .time(dossier.dueAt)
        case .status: .coded(dossier.status.rawValue)
        case .returnedAt: .time(dossier.returnedAt)
        case .returnInformation: .text(dossier.returnInformation)
        case .returnMethod: .coded(dossier.returnMethod.rawValue)
        case .finishedAt: .time(dossier.finishedAt)
        case .refusedAt: .time(dossier.refusedAt)
        case .unitName: .text(dossier.unitName)
        case .unitCode: .text(dossier.unitCode)
        case .note: .text(dossier.note)
        case .submissionPlace: .coded(dossier.submissionPlace.rawValue)
        case .hasDigitisedComponent: .coded(dossier.hasDigitisedComponent ? 1 : 0)
        case .verifiedByVNeID: .coded(dossier.verifiedByVNeID ? 1 : 0)
        case .onlinePayment: .coded(dossier.onlinePayment.rawValue)
        }
    }
}
