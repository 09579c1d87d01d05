package import Wire

/// A dossier (*hồ sơ*) after normalization: NFC, trimmed, checked, mapped as of its own date.
///
/// Field by field the union of contracts.md §2.6 and §2.7; which of it a destination receives, under which
/// name and with which limit, is the contract's business. It carries a citizen's data, so it has no
/// description and must never be printed.
package struct Dossier: Sendable {
    package var code: DossierCode
    package var sourceKey: SourceKey

    /// National procedure code and name (`MaTTHC`, `TenTTHC`), mapped.
    package var procedureCode: String
    package var procedureName: String
    /// `MaLinhVuc`, `TenLinhVuc`.
    package var fieldCode: String
    package var fieldName: String
    /// `SoBienNhan`; empty when the source has none.
    package var receiptNumber: String
    package var channel: Channel
    package var ownerName: String
    package var ownerKind: OwnerKind
    /// `MaDoiTuong`: TechID of the owner's portal account; empty when unknown.
    package var ownerAccount: String
    /// `SoGiayToChuHoSo` as submitted, checked; empty when the source has none.
    package var ownerIdentityNumber: String
    /// `DinhDanhCHS`.
    package var identities: [Identity]
    package var otherInformation: String
    package var email: String
    package var fax: String
    /// National form, `0…`; empty when the source has none.
    package var phone: String
    /// `TrichYeuHoSo`.
    package var summary: String
    package var submittedAt: Timestamp?
    package var acceptedAt: Timestamp?
    package var dueAt: Timestamp?
    package var status: Status
    package var returnedAt: Timestamp?
    package var returnInformation: String
    package var returnMethod: ReturnMethod
    package var finishedAt: Timestamp?
    package var refusedAt: Timestamp?
    /// Name and code of the handling unit (`DonViXuLy`) in force on the dossier's date.
    package var unitName: String
    package var unitCode: String
    package var note: String
    package var submissionPlace: SubmissionPlace
    package var hasDigitisedComponent: Bool
    package var verifiedByVNeID: Bool
    package var onlinePayment: OnlinePayment
    /// `DSKetNoiCSDL`: codes of the databases used.
    package var databases: [String]
    /// `soHoSoLT`: its number at the interlinking software; empty for a dossier of this office alone.
    package var linkedCode = ""

    package var documents: [SubmittedDocument]
    package var fees: [Fee]
    package var papers: [Paper]
    package var supplements: [SupplementRound]
    package var results: [ResultDocument]
    /// In order of business time, then of the source's own order.
    package var steps: [Step]

    /// Who is to be verified in the population database; nil when the owner is no citizen or has no
    /// usable identity.
    package var person: Person?

    package init(
        code: DossierCode, sourceKey: SourceKey, procedureCode: String, procedureName: String,
        fieldCode: String, fieldName: String, receiptNumber: String = "", channel: Channel,
        ownerName: String, ownerKind: OwnerKind, ownerAccount: String = "",
        ownerIdentityNumber: String = "", identities: [Identity] = [],
        otherInformation: String = "",
        email: String = "", fax: String = "", phone: String = "", summary: String = "",
        submittedAt: Timestamp? = nil, acceptedAt: Timestamp? = nil, dueAt: Timestamp? = nil,
        status: Status, returnedAt: Timestamp? = nil, returnInformation: String = "",
        returnMethod: ReturnMethod = .counter, finishedAt: Timestamp? = nil,
        refusedAt: Timestamp? = nil, unitName: String, unitCode: String = "", note: String = "",
        submissionPlace: SubmissionPlace = .province, hasDigitisedComponent: Bool = false,
        verifiedByVNeID: Bool = false, onlinePayment: OnlinePayment = .none,
        databases: [String] = [], documents: [SubmittedDocument] = [], fees: [Fee] = [],
        papers: [Paper] = [], supplements: [SupplementRound] = [], results: [ResultDocument] = [],
        steps: [Step] = [], person: Person? = nil
    ) {
        self.code = code
        self.sourceKey = sourceKey
        self.procedureCode = procedureCode
        self.procedureName = procedureName
        self.fieldCode = fieldCode
        self.fieldName = fieldName
        self.receiptNumber = receiptNumber
        self.channel = channel
        self.ownerName = ownerName
        self.ownerKind = ownerKind
        self.ownerAccount = ownerAccount
        self.ownerIdentityNumber = ownerIdentityNumber
        self.identities = identities
        self.otherInformation = otherInformation
        self.email = email
        self.fax = fax
        self.phone = phone
        self.summary = summary
        self.submittedAt = submittedAt
        self.acceptedAt = acceptedAt
        self.dueAt = dueAt
        self.status = status
        self.returnedAt = returnedAt
        self.returnInformation = returnInformation
        self.returnMethod = returnMethod
        self.finishedAt = finishedAt
        self.refusedAt = refusedAt
        self.unitName = unitName
        self.unitCode = unitCode
        self.note = note
        self.submissionPlace = submissionPlace
        self.hasDigitisedComponent = hasDigitisedComponent
        self.verifiedByVNeID = verifiedByVNeID
        self.onlinePayment = onlinePayment
        self.databases = databases
        self.documents = documents
        self.fees = fees
        self.papers = papers
        self.supplements = supplements
        self.results = results
        self.steps = steps
        self.person = person
    }
}

/// One entry of `DinhDanhCHS`.
package struct Identity: Hashable, Sendable {
    /// `LoaiDinhDanh`: 12-digit personal identity number, or 9-digit CMND (contracts.md §2.12).
    package enum Kind: Int, Hashable, Sendable { case personal = 1, legacy = 2 }
    package var kind: Kind
    package var number: String
    package init(kind: Kind, number: String) {
        self.kind = kind
        self.number = number
    }
}

/// One entry of `TaiLieuNop`: a submitted file with its digitisation flags.
package struct SubmittedDocument: Sendable {
    package var id: String
    package var name: String
    package var isDeleted: Bool
    /// `MaThanhPhanHoSo`.
    package var componentCode: String
    /// Absolute URL that the portal fetches; stable for the same content.
    package var url: String
    package var isDigitised: Bool
    package var reuse: Reuse
    package var fromWarehouse: Bool
    /// `MaKetQuaThayThe`.
    package var replacingResultCode: String

    package init(
        id: String, name: String, isDeleted: Bool = false, componentCode: String = "", url: String,
        isDigitised: Bool = false, reuse: Reuse = .none, fromWarehouse: Bool = false,
        replacingResultCode: String = ""
    ) {
        self.id = id
        self.name = name
        self.isDeleted = isDeleted
        self.componentCode = componentCode
        self.url = url
        self.isDigitised = isDigitised
        self.reuse = reuse
        self.fromWarehouse = fromWarehouse
        self.replacingResultCode = replacingResultCode
    }
}

/// One entry of `DanhSachLePhi`. The amount is in đồng.
package struct Fee: Sendable {
    package var name: String
    package var code: String
    package var collection: String
    package var amount: Int64
    package var kind: String

    package init(name: String, code: String, collection: String, amount: Int64, kind: String) {
        self.name = name
        self.code = code
        self.collection = collection
        self.amount = amount
        self.kind = kind
    }
}

/// One entry of `DanhSachTepDinhKemKhac`.
package struct Paper: Sendable {
    package var name: String
    package var quantity: Int64
    /// `LoaiGiayTo`: original or copy, a number.
    package var kind: Int64

    package init(name: String, quantity: Int64, kind: Int64) {
        self.name = name
        self.quantity = quantity
        self.kind = kind
    }
}

/// One entry of `DanhSachHoSoBoSung`: a request for supplements and what came of it.
package struct SupplementRound: Sendable {
    package var id: String
    package var requestedBy: String
    package var content: String
    package var requestedAt: Timestamp?
    package var receivedBy: String
    package var receivedInformation: String
    package var receivedAt: Timestamp?
    /// `TrangThaiBoSung`: whether the supplement has arrived.
    package var isDone: Bool
    package var previousDueAt: Timestamp?
    package var newDueAt: Timestamp?

    package init(
        id: String, requestedBy: String = "", content: String = "", requestedAt: Timestamp? = nil,
        receivedBy: String = "", receivedInformation: String = "", receivedAt: Timestamp? = nil,
        isDone: Bool = false, previousDueAt: Timestamp? = nil, newDueAt: Timestamp? = nil
    ) {
        self.id = id
        self.requestedBy = requestedBy
        self.content = content
        self.requestedAt = requestedAt
        self.receivedBy = receivedBy
        self.receivedInformation = receivedInformation
        self.receivedAt = receivedAt
        self.isDone = isDone
        self.previousDueAt = previousDueAt
        self.newDueAt = newDueAt
    }
}

/// One entry of `DanhSachGiayToKetQua`: a result document.
package struct ResultDocument: Sendable {
    package var id: String
    package var name: String
    package var componentCode: String
    package var url: String
    /// `MaGiayToKetQua`, e.g. `KQ.G15.000031`.
    package var resultCode: String

    package init(
        id: String, name: String, componentCode: String = "", url: String, resultCode: String
    ) {
        self.id = id
        self.name = name
        self.componentCode = componentCode
        self.url = url
        self.resultCode = resultCode
    }
}

/// One step of a dossier's progress (contracts.md §2.7). History: never coalesced, never edited.
package struct Step: Sendable {
    /// The step's own key in the source, which tells a new step from a known one.
    package var id: SourceKey
    package var officer: String
    package var title: String
    /// Business time of the action, never the send time.
    package var performedAt: Timestamp
    package var department: String
    package var content: String
    package var status: Status
    package var startedAt: Timestamp?
    package var dueAt: Timestamp?
    /// `ketQuaXuLy`: JSON text, as the source has it; empty for nearly every step.
    package var resultData = ""

    package init(
        id: SourceKey, officer: String, title: String = "", performedAt: Timestamp,
        department: String = "", content: String = "", status: Status, startedAt: Timestamp? = nil,
        dueAt: Timestamp? = nil
    ) {
        self.id = id
        self.officer = officer
        self.title = title
        self.performedAt = performedAt
        self.department = department
        self.content = content
        self.status = status
        self.startedAt = startedAt
        self.dueAt = dueAt
    }
}

/// A citizen as the population database is asked about him (contracts.md §4.2).
package struct Person: Hashable, Sendable {
    package enum Birth: Hashable, Sendable {
        case year(Int)
        case date(year: Int, month: Int, day: Int)
    }
    package var identity: Identity
    package var name: String
    package var birth: Birth

    package init(identity: Identity, name: String, birth: Birth) {
        self.identity = identity
        self.name = name
        self.birth = birth
    }
}
