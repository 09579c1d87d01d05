/// A dossier as the sample office has it, before any product's tables.
struct InventedDossier: Sendable {
    var id: Int64
    var code: String
    var procedure: InventedProcedure
    var unit: InventedUnit
    /// 1 counter, 2 online, 3 post.
    var channel: Int
    var person: InventedPerson
    /// nil for a citizen.
    var company: String?
    var taxCode: String = ""

    // What the office wrote down, which need not be what the person is.
    var ownerName: String
    var identityNumber: String
    var phone: String
    var email: String
    var otherInformation: String = ""
    var summary: String
    var note: String

    /// 1…10.
    var status: Int
    /// The office's own word in place of the status's usual one.
    var statusWord: String?
    var submittedAt: OfficeTime?
    var acceptedAt: OfficeTime?
    var dueAt: OfficeTime?
    var finishedAt: OfficeTime?
    var returnedAt: OfficeTime?
    var refusedAt: OfficeTime?
    var returnInformation: String = ""
    var isReturnedByPost = false
    var isFromNationalPortal = false
    /// 0 none, 1 national platform, 2 provincial gateway.
    var onlinePayment: Int = 0
    var databases: String = ""
    /// A time that no clock shows, where the column's type lets it in.
    var impossibleDue: String?

    var steps: [InventedStep] = []
    var files: [InventedFile] = []
    var fees: [InventedFee] = []
    var papers: [InventedPaper] = []
    var supplements: [InventedSupplement] = []
    var modifiedAt: OfficeTime
}

struct InventedStep: Sendable {
    var officer: String
    var title: String
    var department: String
    var content: String
    /// 1…10.
    var status: Int
    var performedAt: OfficeTime
    var startedAt: OfficeTime?
    var dueAt: OfficeTime?
}

struct InventedFile: Sendable {
    enum Kind: Sendable { case submitted, result }
    var kind: Kind
    var name: String
    var componentCode: String = ""
    var resultCode: String = ""
    var isDigitised = false
    /// 0 no, 1 reused, 2 replaced by a result code.
    var reuse = 0
    var isFromWarehouse = false
    var replacingResultCode: String = ""
    var isDeleted = false
    var addedAt: OfficeTime
}

struct InventedFee: Sendable {
    var name: String
    var amount: Int64
    /// Paid, and how: nil while nothing is paid.
    var paidAt: OfficeTime?
    var isPaidOnline: Bool
    var recordedAt: OfficeTime
}

struct InventedPaper: Sendable {
    var name: String
    var quantity: Int64
    /// 1 original, 2 copy.
    var kind: Int64
}

struct InventedSupplement: Sendable {
    var requestedBy: String
    var content: String
    var requestedAt: OfficeTime
    var receivedBy: String = ""
    var receivedInformation: String = ""
    var receivedAt: OfficeTime?
    var previousDueAt: OfficeTime?
    var newDueAt: OfficeTime?
}
