/// A dossier as the one-stop database has it, under the oracle's own names; nothing judged yet.
package struct OracleRow {
    package var id: Int64
    /// As the column has it, for the order of the listing.
    package var rawCode: String
    package var isDeleted = false
    /// The source's own mapping to the portal's status, where it has one.
    package var portalStatus: String?
    package var statusWord: String?
    package var substatusWord: String?
    package var nationalProcedure: String?
    package var localProcedure: String?
    package var procedureName: String?
    package var fieldCode: String?
    package var fieldName: String?
    package var receiptNumber: String?
    package var channel: String?
    package var ownerName: String?
    package var ownerKind: String?
    package var ownerAccount: String?
    package var identityNumber: String?
    package var otherInformation: String?
    package var email: String?
    package var fax: String?
    package var phone: String?
    package var summary: String?
    package var submittedAt: String?
    package var acceptedAt: String?
    package var dueAt: String?
    package var finishedAt: String?
    package var returnedAt: String?
    package var refusedAt: String?
    package var returnInformation: String?
    package var returnMethod: String?
    package var unitCode: String?
    package var unitName: String?
    package var communeCode: String?
    package var note: String?
    package var place: String?
    package var vneid: String?
    package var onlinePayment: String?
    package var databases: String?

    package var steps: [Step] = []
    package var files: [File] = []
    package var results: [Result] = []
    package var fees: [Fee] = []
    package var papers: [Paper] = []
    package var supplements: [Supplement] = []

    package init(id: Int64, rawCode: String) {
        self.id = id
        self.rawCode = rawCode
    }

    package struct Step {
        package var id: Int64
        package var officer: String?
        package var title: String?
        package var department: String?
        package var content: String?
        /// What a supplement round of OpenCPS quotes of the step.
        package var note: String?
        /// A status word or a step code.
        package var word: String?
        package var performedAt: String?
        package var startedAt: String?
        package var dueAt: String?

        package init(
            id: Int64, officer: String? = nil, title: String? = nil, department: String? = nil,
            content: String? = nil, note: String? = nil, word: String? = nil,
            performedAt: String? = nil, startedAt: String? = nil, dueAt: String? = nil
        ) {
            self.id = id
            self.officer = officer
            self.title = title
            self.department = department
            self.content = content
            self.note = note
            self.word = word
            self.performedAt = performedAt
            self.startedAt = startedAt
            self.dueAt = dueAt
        }
    }

    package struct File {
        package var id: String
        package var name: String?
        package var isDeleted: Bool
        package var component: String?
        package var url: String?
        package var isDigitised: Bool
        package var reuse: String?
        package var isFromWarehouse: Bool
        package var replacing: String?

        package init(
            id: String, name: String? = nil, isDeleted: Bool = false, component: String? = nil,
            url: String? = nil, isDigitised: Bool = false, reuse: String? = nil,
            isFromWarehouse: Bool = false, replacing: String? = nil
        ) {
            self.id = id
            self.name = name
            self.isDeleted = isDeleted
            self.component = component
            self.url = url
            self.isDigitised = isDigitised
            self.reuse = reuse
            self.isFromWarehouse = isFromWarehouse
            self.replacing = replacing
        }
    }

    package struct Result {
        package var id: String
        package var name: String?
        package var component: String?
        package var url: String?
        package var code: String?

        package init(
            id: String, name: String? = nil, component: String? = nil, url: String? = nil,
            code: String? = nil
        ) {
            self.id = id
            self.name = name
            self.component = component
            self.url = url
            self.code = code
        }
    }

    package struct Fee {
        package var name: String?
        package var code: String?
        package var collection: String?
        package var amount: String?
        package var kind: String?

        package init(
            name: String? = nil, code: String? = nil, collection: String? = nil,
            amount: String? = nil, kind: String? = nil
        ) {
            self.name = name
            self.code = code
            self.collection = collection
            self.amount = amount
            self.kind = kind
        }
    }

    package struct Paper {
        package var name: String?
        package var quantity: String?
        package var kind: String?

        package init(name: String? = nil, quantity: String? = nil, kind: String? = nil) {
            self.name = name
            self.quantity = quantity
            self.kind = kind
        }
    }

    package struct Supplement {
        package var id: String
        package var requestedBy: String?
        package var content: String?
        package var requestedAt: String?
        package var receivedBy: String?
        package var receivedInformation: String?
        package var receivedAt: String?
        package var isDone: Bool
        package var previousDueAt: String?
        package var newDueAt: String?

        package init(
            id: String, requestedBy: String? = nil, content: String? = nil,
            requestedAt: String? = nil, receivedBy: String? = nil,
            receivedInformation: String? = nil, receivedAt: String? = nil, isDone: Bool = false,
            previousDueAt: String? = nil, newDueAt: String? = nil
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
}

/// Reads dossiers of a one-stop database in the byte order of their codes, a page at a time.
protocol OracleSource: AnyObject {
    /// The next dossiers; empty at the end.
    func page() throws -> [OracleRow]
}
