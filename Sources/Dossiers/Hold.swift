/// Why a dossier cannot be sent, and what cures it.
///
/// A hold is not a failure: the dossier waits with its reason, is listed for staff, and frees itself when
/// its row or the mapping changes.
package struct Hold: Error, Hashable, Sendable {
    /// The rule that refused, by name; each has a test and a code in the handbook.
    package enum Rule: String, Hashable, Sendable, CaseIterable {
        case codeMissing, codeTooLong, codeShape
        case statusUnmapped, procedureUnmapped, unitUnmapped, unitReplacedUnmapped
        case dateImpossible, dateMissing
        case identityNumberMalformed, phoneMalformed
        case numberMalformed
        case fieldTooLong, fieldMissing
        case sourceDeleted
        /// The row itself is gone from the source.
        case deletedInSource
        case duplicateCode
        /// A value of it cannot be read: no UTF-8, a cast that fails, a damaged page of the database.
        case unreadable
        /// More than a dossier can be; it is not even read.
        case tooLarge
        /// The daemon ended twice while it was reading this dossier and nothing else.
        case endedDaemon

        /// Nothing is known of the dossier as it is now, its code included.
        package var isUnread: Bool {
            switch self {
            case .unreadable, .tooLarge, .endedDaemon: true
            default: false
            }
        }
    }
    package var rule: Rule
    /// The column or wire field concerned, never its value.
    package var field: String
    /// A code of the province's own lists that has no mapping (procedure, status word, unit); never
    /// anything about a person.
    package var unmapped: String?

    package init(_ rule: Rule, field: String, unmapped: String? = nil) {
        self.rule = rule
        self.field = field
        self.unmapped = unmapped
    }
}

/// Something that normalization or rendering changed or left out, worth telling but not worth holding.
package struct Remark: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case truncated, controlCharactersRemoved, composed, identityOmitted, phoneOmitted,
            emailOmitted
        case birthOmitted, unitReplaced, stepHeld
        /// An entry of a list lacks what the destination needs of it, and the contract leaves it out.
        case entryOmitted
    }
    package var kind: Kind
    package var field: String
    package init(_ kind: Kind, field: String) {
        self.kind = kind
        self.field = field
    }
}
