internal import Dossiers

/// One line of a contract's table of answers: all of its conditions hold, then this is the outcome.
struct AnswerRule: Sendable {
    /// The calls that the rule is about; empty for all.
    var calls: Set<Call.Kind>
    /// HTTP statuses; empty for all.
    var statuses: [ClosedRange<Int>]
    /// Codes in normal form, `""` for an answer without one; empty for all.
    var codes: Set<String>
    /// Any of these in the message; empty for all.
    var phrases: [Phrase]
    /// nil for all.
    var form: AnswerFacts.Form?
    /// Whether the answer names a time to come back; nil for all.
    var hasRetryAfter: Bool?
    /// Whether this destination honours idempotency keys; nil for all.
    var honoursKey: Bool?
    /// Whether the call may repeat one that arrived; nil for all.
    var isRepeat: Bool?
    var outcome: Verdict
    /// How long to wait when the answer does not say.
    var defaultDelayMilliseconds: Int64?

    /// What a rule can say. Two more than ``Outcome``: a key conflict is a kind of rejection, and what nobody has
    /// listed is unknown: it is asked about, and taken for a refusal only when the destination then shows that
    /// nothing arrived.
    enum Verdict: String, Sendable, CaseIterable {
        case acknowledged, exists, missing, retry, throttled, sessionExpired, needsMapping
        case rejected, refused, unknown, unlisted, keyConflict
    }

    func matches(
        _ facts: AnswerFacts, call: Call.Kind, honoursKey: Bool, isRepeat: Bool
    ) -> Bool {
        (calls.isEmpty || calls.contains(call))
            && (statuses.isEmpty || statuses.contains { $0.contains(facts.status) })
            && (form == nil || form == facts.form)
            && (codes.isEmpty || (facts.form == .readable && codes.contains(facts.code)))
            && (hasRetryAfter == nil || hasRetryAfter == (facts.retryAfterMilliseconds != nil))
            && (self.honoursKey == nil || self.honoursKey == honoursKey)
            && (self.isRepeat == nil || self.isRepeat == isRepeat)
            && (phrases.isEmpty || phrases.contains { $0.occurs(inFolded: facts.message) })
    }
}
