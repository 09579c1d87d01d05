internal import Contracts
internal import Dossiers
internal import Outbox

/// Whether a destination's answers are understood at all, one kind of call at a time.
///
/// A code of success that is not the contract's turns every dossier into a rejected one. A few rejections are about
/// their dossiers; tens of them, of as many dossiers and without one success in between, are about the contract.
/// Then nothing more of it is sent, what was parked by this very wave is given back, and one request at a time
/// finds out whether the destination has been put right. The first success of that kind of call ends it.
///
/// In memory only: a new process, and a configuration that was read again, begin by trying.
struct Comprehension: Sendable {
    /// Dossiers in a row whose answers are strange, before the first success of a kind of call, that are too many.
    static let atFirst = 20
    /// The same after a success: the contract was right once, and one bad batch of dossiers is no new portal.
    static let later = 60

    private struct Record: Sendable {
        var hasSucceeded = false
        /// Deliveries that were answered strangely since the last success.
        var strange: Set<DeliveryID> = []
        /// Of these, the parked ones.
        var parked: [DeliveryID] = []
        var isLost = false

        var limit: Int { hasSucceeded ? Comprehension.later : Comprehension.atFirst }

        mutating func takeParked() -> [DeliveryID] {
            defer { parked = [] }
            return parked
        }
    }

    private var records: [Call.Kind: Record] = [:]

    /// The calls whose answers are not understood.
    var lost: Set<Call.Kind> { Set(records.filter(\.value.isLost).keys) }

    /// Takes an answer in.
    ///
    /// - Returns: true when the answers to that kind of call turn out not to be understood, now or still.
    mutating func heard(_ answer: Answer, to call: Call.Kind, about delivery: DeliveryID) -> Bool {
        switch Comprehension.word(of: answer, to: call) {
        case .neither: return false
        case .understood:
            records[call] = Record(hasSucceeded: true)
            return false
        case .strange:
            var record = records.removeValue(forKey: call) ?? Record()
            if record.strange.count <= record.limit { record.strange.insert(delivery) }
            record.isLost = record.isLost || record.strange.count >= record.limit
            records[call] = record
            return record.isLost
        }
    }

    /// Notes that a strange answer had its delivery parked.
    mutating func parked(_ delivery: DeliveryID, by call: Call.Kind) {
        guard var record = records[call], !record.strange.isEmpty else { return }
        record.parked.append(delivery)
        records[call] = record
    }

    /// What was parked by answers that turned out not to be understood: none of it was to blame.
    mutating func takeParked(of call: Call.Kind) -> [DeliveryID] {
        guard var record = records.removeValue(forKey: call) else { return [] }
        defer { records[call] = record }
        return record.isLost ? record.takeParked() : []
    }

    private enum Word { case understood, strange, neither }

    private static func word(of answer: Answer, to call: Call.Kind) -> Word {
        switch answer.outcome {
        case .acknowledged, .exists: .understood
        // A probe that finds nothing has answered; a write that misses its dossier has done nothing yet.
        case .missing: call == .probe ? .understood : .neither
        case .rejected: .strange
        case .unknown, .retry: answer.isUnlisted || answer.isUnreadable ? .strange : .neither
        // Said in words that the contract has.
        case .needsMapping, .throttled, .sessionExpired, .refused: .neither
        }
    }
}
