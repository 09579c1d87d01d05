package import Dossiers
package import Wire

/// One call to a destination. Bodies are what ``Contract`` rendered when the delivery was recorded.
package enum Call: Sendable {
    case login
    /// Header records that the destination is not known to hold / to hold.
    case create(body: [UInt8])
    case update(body: [UInt8])
    /// Progress steps.
    case history(body: [UInt8])
    /// Does the destination hold this dossier, and what of it? With the body of an uncertain history
    /// delivery, the answer also says which of its steps are there, if the destination shows them.
    case probe(DossierCode, history: [UInt8]? = nil)
    /// Is there such a person? (yes or no)
    case verify(body: [UInt8])
    /// Who is this person? (asked only when `verify` says no, to name what differs)
    case lookup(body: [UInt8])

    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case login, create, update, history, probe, verify, lookup
    }

    package var kind: Kind {
        switch self {
        case .login: .login
        case .create: .create
        case .update: .update
        case .history: .history
        case .probe: .probe
        case .verify: .verify
        case .lookup: .lookup
        }
    }
}

/// What an answer means, and what it carries.
package struct Answer: Sendable {
    package var outcome: Outcome
    /// The destination's own code, normalised (`0`, `"0"`, `"00"` are `0`); empty when it has none.
    package var code: String
    /// A login's session. Never printed.
    package var session: Secret?
    /// A probe's finding.
    package var evidence: Evidence?
    /// How many steps a probe's answer lists, whosesoever they are; nil when it has no list.
    package var stepsListed: Int?
    /// The finding of `verify` or `lookup`. A `verify` that says no gives `notFound`: only `lookup` can
    /// tell a person who is not there from one of whom an element differs.
    package var verification: Verification?
    /// True when a `rejected` means that the idempotency key belongs to other content.
    package var isKeyConflict: Bool
    /// True when the answer is a well-formed document that no rule of the contract knows: a write is `unknown` then,
    /// a question is asked again, a login is refused.
    package var isUnlisted = false
    /// True when the answer is no document of the contract's encoding.
    package var isUnreadable = false
    /// What the destination said, where it was not yes.
    package var words: Words?

    package init(
        outcome: Outcome, code: String = "", session: Secret? = nil, evidence: Evidence? = nil,
        verification: Verification? = nil, isKeyConflict: Bool = false
    ) {
        self.outcome = outcome
        self.code = code
        self.session = session
        self.evidence = evidence
        self.verification = verification
        self.isKeyConflict = isKeyConflict
    }
}

/// What a probe showed.
package enum Evidence: Sendable, Equatable {
    case absent
    /// The dossier is there; which of the asked-for steps are there is nil when the answer does not say.
    case present(stepsHeld: StepsHeld?)
}

/// Which steps of a history delivery's body the destination already holds.
package enum StepsHeld: Sendable, Equatable {
    case all, none
    /// The places of those that it holds in the delivery's own order, from 0, ascending.
    case some([Int])
}
