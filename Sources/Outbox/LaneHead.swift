internal import Dossiers
internal import Wire

/// What stands first in a lane: the one delivery that may be sent, asked about, or is parked.
struct LaneHead: Equatable {
    /// Its ``DeliveryNumber``.
    var delivery: Int64
    /// Never `behind`.
    var state: DeliveryStory.State
    /// Its place among all that is due; of what is parked, since when.
    var dueAt: Timestamp
    /// Attempts that counted as failed.
    var attempts: Int = 0
    /// The destination's own code at the last attempt.
    var answer: String?
    /// Of what is parked.
    var cause: ParkCause?
    /// Until when it waits for its own sake: a destination that is well again brings it no earlier.
    var ownUntil = Timestamp(milliseconds: 0)
    /// What its row says besides its content, when that was read lately; not a part of where it stands.
    var row: Row?

    struct Row: Equatable {
        var recordedAt: Timestamp
        /// It may have arrived.
        var isDoubtful: Bool
    }
}
