internal import Dossiers

/// Everything that a contract file says, compiled: what ``Contract`` works by.
struct ContractPlan: Sendable {
    var name: String
    var titleVietnamese: String
    var title: String
    var settings: [ContractKey]
    var secrets: [ContractKey]
    var authentication: Authentication
    /// nil for a JSON contract.
    var soap: SOAPDialect?
    /// nil when no key is sent.
    var idempotencyHeader: String?
    var honoursIdempotencyKey: Bool
    var stepsPerDelivery: Int
    /// nil when steps go as they come.
    var order: StatusOrder?
    /// With an order: the destination's code for each ``Status``, by its number.
    var stepStatuses: [String]
    var repeatedStep: RepeatedStep
    var needsProcedures: Bool
    var operations: [Call.Kind: OperationPlan]
    var texts: RecordTexts
    var state: [StateMember]
    var step: [MemberPlan<StepField>]
    var person: [PersonMember]
    var answers: AnswerPlan
    var probe: ProbePlan?
    var keepsCookies: Bool
    var verification: VerificationPlan?
}
