internal import Dossiers

/// Whether an answer that nobody listed, or a refusal, may mean that a session is over.
///
/// Portals say so in words of their own. A session that has worked and is refused is therefore renewed once before
/// anything is concluded about the delivery: nothing is parked for it, and no breaker opens. Should the new session
/// be answered in the same way, the session was not to blame, and the next doubt waits longer: a minute at first, an
/// hour at last. So a portal that refuses some dossiers in unlisted words costs a few logins and no storm.
struct SessionDoubt: Sendable {
    static let firstPause: Int64 = 60_000
    static let longestPause: Int64 = 3_600_000

    /// Sessions up to this one were given up for a doubt, or replaced since.
    private var doubted = 0
    private var mayDoubtAt = Int64.min
    private var pause = SessionDoubt.firstPause
    /// The delivery that raised the last doubt, until it is answered under a newer session.
    private var witness: (delivery: DeliveryID, generation: Int, at: Int64)?

    /// Whether the answer is to be put down to its session. When that is news, the session is to be given up.
    ///
    /// - Parameters:
    ///   - hasWorked: the session is the current one and was accepted before.
    ///   - isReplaced: there is a newer one.
    mutating func blames(
        _ generation: Int, for delivery: DeliveryID, hasWorked: Bool, isReplaced: Bool = false,
        now: Int64
    ) -> Bool {
        // Sent with a session that was given up or replaced since; the next time it has the new one.
        if generation <= doubted || isReplaced { return true }
        if let witness, witness.delivery == delivery, generation > witness.generation {
            self.witness = nil
            pause = min(pause * 2, SessionDoubt.longestPause)
            mayDoubtAt = now + pause
        }
        guard hasWorked, now >= mayDoubtAt else { return false }
        doubted = generation
        mayDoubtAt = now + pause
        witness = (delivery, generation, now)
        return true
    }

    /// A good answer. When it is the one that raised the doubt, the doubt was right.
    mutating func welcomed(_ delivery: DeliveryID, generation: Int) {
        guard let witness, witness.delivery == delivery, generation > witness.generation else {
            return
        }
        self.witness = nil
        pause = SessionDoubt.firstPause
        mayDoubtAt = witness.at + pause
    }
}
