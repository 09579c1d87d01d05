/// A dossier as the one-stop database has it, under the oracle's own names; nothing judged yet.
struct OracleRow {
    var id: Int64
    /// As the column has it, for the order of the listing.
    var rawCode: String
    var isDeleted = false
    /// The source's own mapping to the portal's status, where it has one.
    var portalStatus: String?
    var statusWord: String?
    var substatusWord: String?
    var nationalProcedure: String?
    var localProcedure: String?
    var procedureName: String?
    var fieldCode: String?
    var fieldName: String?
    var receiptNumber: String?
    var channel: String?
    var ownerName: String?
    var ownerKind: String?
    var ownerAccount: String?
    var identityNumber: String?
    var otherInformation: String?
    var email: String?
    var fax: String?
    var phone: String?
    var summary: String?
    var submittedAt: String?
    var acceptedAt: String?
    var dueAt: String?
    var finishedAt: String?
    var returnedAt: String?
    var refusedAt: String?
    var returnInformation: String?
    var returnMethod: String?
    var unitCode: String?
    var unitName: String?
    var communeCode: String?
    var note: String?
    var place: String?
    var vneid: String?
    var onlinePayment: String?
    var databases: String?

    var steps: [Step] = []
    var files: [File] = []
    var results: [Result] = []
    var fees: [Fee] = []
    var papers: [Paper] = []
    var supplements: [Supplement] = []

    struct Step {
        var id: Int64
        var officer: String?
        var title: String?
        var department: String?
        var content: String?
        /// What a supplement round of OpenCPS quotes of the step.
        var note: String?
        /// A status word or a step code.
        var word: String?
        var performedAt: String?
        var startedAt: String?
        var dueAt: String?
    }

    struct File {
        var id: String
        var name: String?
        var isDeleted: Bool
        var component: String?
        var url: String?
        var isDigitised: Bool
        var reuse: String?
        var isFromWarehouse: Bool
        var replacing: String?
    }

    struct Result {
        var id: String
        var name: String?
        var component: String?
        var url: String?
        var code: String?
    }

    struct Fee {
        var name: String?
        var code: String?
        var collection: String?
        var amount: String?
        var kind: String?
    }

    struct Paper {
        var name: String?
        var quantity: String?
        var kind: String?
    }

    struct Supplement {
        var id: String
        var requestedBy: String?
        var content: String?
        var requestedAt: String?
        var receivedBy: String?
        var receivedInformation: String?
        var receivedAt: String?
        var isDone: Bool
        var previousDueAt: String?
        var newDueAt: String?
    }
}

/// Reads dossiers of a one-stop database in the byte order of their codes, a page at a time.
protocol OracleSource: AnyObject {
    /// The next dossiers; empty at the end.
    func page() throws -> [OracleRow]
}
