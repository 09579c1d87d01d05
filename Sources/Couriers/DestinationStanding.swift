package import Dossiers
package import Operating
package import Wire

/// How a destination stands right now, for `status`.
package struct DestinationStanding: Hashable, Sendable {
    package enum Session: String, Hashable, Sendable { case notNeeded, none, opening, open }

    package var destination: DestinationID
    package var breaker: CircuitBreaker.State
    /// When the breaker entered its state; nil when it was never open.
    package var since: Timestamp?
    /// Milliseconds until the destination is asked again; nil unless the breaker is open.
    package var reopensIn: Int64?
    /// Why nothing is sent, with its fix; nil while the breaker is closed.
    package var trouble: Trouble?
    /// Milliseconds until the maintenance window ends; nil outside of one.
    package var maintenanceEndsIn: Int64?
    /// Milliseconds for which the destination asked to be left alone; nil when it did not.
    package var pausedFor: Int64?
    package var session: Session
    package var sessionSince: Timestamp?
    /// Something is owed and waits for a session; it is not claimed.
    package var awaitsSession: Bool
    /// How many requests may be under way, and how many are.
    package var window: Int
    /// Requests per second at most, demanded or learnt; nil without a limit.
    package var perSecond: Double?
    package var inFlight: Int
    /// Claimed and not sent yet.
    package var queued: Int
    /// Smoothed time from request to good answer; nil before the first.
    package var roundTripMicroseconds: Int64?
    package var counters: CourierCounters
    package var lastSuccess: Timestamp?
    /// Milliseconds for which the destination is known to be well; nil when it is not, or nobody knows.
    package var wellFor: Int64?
    /// Whether something may wait because of the destination.
    package var isOwing: Bool
    package var isDraining: Bool
}

/// What a courier did since its process started.
package struct CourierCounters: Hashable, Sendable {
    /// Requests of every kind, logins included.
    package var sent: Int64 = 0
    package var acknowledged: Int64 = 0
    /// Deliveries that go again, whatever the reason.
    package var retried: Int64 = 0
    package var uncertain: Int64 = 0
    package var parked: Int64 = 0
    package var probes: Int64 = 0
    package var logins: Int64 = 0
    package var throttled: Int64 = 0
    /// Batches that were refused as a whole and parted.
    package var splits: Int64 = 0

    package init() {}
}
