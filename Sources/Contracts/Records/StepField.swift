internal import Dossiers

/// A step together with what a step record repeats of its dossier.
struct StepOfDossier {
    var step: Step
    var dossier: DossierCode
    var procedureCode: String
    var linkedCode: String
}

/// The fields of a step record (contracts.md §2.7), as contract files name them.
enum StepField: String, CanonicalField {
    case dossierCode, officer, title, performedAt, department, content, status, startedAt, dueAt
    case procedureCode, linkedCode, resultData

    var kind: FieldKind {
        switch self {
        case .status: .coded(.status)
        case .performedAt, .startedAt, .dueAt: .time
        default: .text
        }
    }

    func value(of item: borrowing StepOfDossier) -> FieldValue {
        switch self {
        case .dossierCode: .text(item.dossier.rawValue)
        case .officer: .text(item.step.officer)
        case .title: .text(item.step.title)
        case .performedAt: .time(item.step.performedAt)
        case .department: .text(item.step.department)
        case .content: .text(item.step.content)
        case .status: .coded(item.step.status.rawValue)
        case .startedAt: .time(item.step.startedAt)
        case .dueAt: .time(item.step.dueAt)
        case .procedureCode: .text(item.procedureCode)
        case .linkedCode: .text(item.linkedCode)
        case .resultData: .text(item.step.resultData)
        }
    }
}
