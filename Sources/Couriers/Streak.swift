internal import Wire

/// What this process remembers of one delivery between its attempts, beyond what the state store keeps.
///
/// It shapes back-off and bounds loops; losing it in a crash costs at most a few attempts more.
struct Streak: Hashable, Sendable {
    /// Times that the destination contradicted what we knew of the dossier's existence.
    var flips = 0
    /// Unknown outcomes of sending.
    var unknowns = 0
    /// Probes and questions that brought no finding.
    var blanks = 0
    /// Refusals of us, and how many deliveries had been acknowledged at the last of them.
    var refusals = 0
    var acknowledgedAtRefusal: Int64 = 0
    /// The key under which it was sent as new while the dossier was known to be absent: only then does a
    /// later "it is there" prove that this very content arrived.
    var sentAsNew: Digest?
    /// What its last sending was answered, when no rule of the contract knows it: a refusal, should the
    /// destination turn out not to hold what was sent.
    var refusal: Refusal?
    /// Unlisted answers to what did not arrive or did no harm, and how many deliveries had been acknowledged at the
    /// first of them.
    var strange = 0
    var acknowledgedAtStrange: Int64 = 0
    /// Whether the next attempt is made because the last one failed.
    var isRepeat = false
    /// Until when (steady) it would wait by its own back-off. What is tried before is tried for the destination's
    /// sake: it is no attempt of this delivery, and lengthens nothing.
    var ownDue: Int64 = .min
    /// Good answers to others when it last failed; and how often it failed while others passed.
    var othersAtFailure: Int64?
    var solitary = 0
    /// When this process first sent it, on the steady clock.
    var firstSent: Int64?
}

/// An answer that counts as a refusal.
struct Refusal: Hashable, Sendable {
    var code: String
    var words: Words?
}
