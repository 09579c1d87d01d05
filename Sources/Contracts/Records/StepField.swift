internal import Dossiers

/// A step together with the code of its dossier, which every step record repeats.
struct StepOfDossier {
    var step: Step
    var dossier: DossierCode
}

/// The fields of a step record (contracts.md §2.7), as contract files name them.
enum StepField: String, CanonicalField {
    case dossierCode, officer, title, performedAt, department, content, status, startedAt, dueAt

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
        }
    }
}
