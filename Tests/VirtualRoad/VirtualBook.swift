package import Operating
internal import Synchronization

/// What the dispatcher told, with the virtual time: when each delivery was acknowledged, and everything that
/// is told to an operator.
package final class VirtualBook: Sendable {
    package struct Acknowledgement: Sendable {
        package var destination: String
        package var code: String
        package var at: Int64
    }

    private struct Pages {
        var acknowledged: [Acknowledgement] = []
        var events: [(event: Event, at: Int64)] = []
    }
    private let pages = Mutex(Pages())

    func note(_ event: Event, at now: Int64) {
        pages.withLock { pages in
            if event.kind == .deliveryAcknowledged {
                pages.acknowledged.append(
                    Acknowledgement(
                        destination: event.destination ?? "", code: event.dossier ?? "", at: now))
            } else {
                pages.events.append((event, now))
            }
        }
    }

    package var acknowledged: [Acknowledgement] { pages.withLock { $0.acknowledged } }
    package var acknowledgedCount: Int { pages.withLock { $0.acknowledged.count } }

    /// The times of the events of a kind, in microseconds.
    package func times(_ kind: Event.Kind) -> [Int64] {
        pages.withLock { $0.events.filter { $0.event.kind == kind }.map(\.at) }
    }

    /// Deliveries acknowledged between two moments, in microseconds; the second is excluded.
    package func acknowledged(from start: Int64, to end: Int64, by destination: String? = nil)
        -> Int
    {
        pages.withLock { pages in
            pages.acknowledged.count {
                $0.at >= start && $0.at < end
                    && (destination == nil || $0.destination == destination)
            }
        }
    }
}
