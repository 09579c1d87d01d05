internal import Contracts
internal import Outbox
internal import Wire

// A call for several dossiers was refused in one word: at least one of them is to blame, none was taken.
//
// It is halved until the one to blame stands alone, where its answer parks it; all others arrive. Each one to
// blame costs at most two calls for each halving, 2·log₂(n). The ledger tells each that it was refused
// with others; beyond that nothing is remembered on disk: the halves are claimed deliveries like any other, so
// that a crash in the midst of it leaves them in doubt, each is asked about on its own and found absent, and the
// next batch is halved anew.

/// Part of a refused batch, to be sent by the same call.
struct Half: Sendable {
    var deliveries: [Delivery]
    var kind: Call.Kind
    /// Looked at again at that time (steady): it is a repeat like any other.
    var notBefore: Int64 = .min
}

extension Courier {
    func split(
        _ flight: Flight, _ answer: Answer, _ completion: HTTPCompletion,
        _ responseDigest: Digest?, now: Moment
    ) {
        let deliveries = flight.deliveries
        for delivery in deliveries {
            let attempt = attempt(delivery, flight, completion, answer)
            unsavedSplits.append(
                SplitDelivery(
                    id: delivery.id, outcome: answer.outcome, company: deliveries.count,
                    receipt: receipt(delivery, attempt, completion, responseDigest)))
        }
        // Halves of halves tell what the first refusal told already.
        if !flight.isHalf { planner.refused(flight.kind, count: deliveries.count) }
        counters.splits += 1
        let middle = deliveries.count / 2
        for part in [deliveries[..<middle], deliveries[middle...]] {
            halves.append(Half(deliveries: Array(part), kind: flight.kind))
        }
        tellSplit(flight, now: now)
    }

    func launchHalves(now: Moment, into exchanges: inout [HTTPExchange]) {
        var waiting: [Half] = []
        for half in halves {
            guard half.notBefore <= now.steady else {
                waiting.append(half)
                continue
            }
            switch admit(isRepeat: true, now) {
            case .goes:
                if let exchange = launch(half.deliveries, half.kind, isHalf: true, now: now) {
                    exchanges.append(exchange)
                }
            case .shut: waiting.append(half)
            case .later(let wait):
                var later = half
                later.notBefore = now.steady + wait
                waiting.append(later)
            }
        }
        halves = waiting
    }

    /// Refused certainly, so that going back costs nothing.
    func giveHalvesBack() {
        for half in halves { returning.append(contentsOf: half.deliveries.map(\.id)) }
        halves.removeAll()
    }
}
