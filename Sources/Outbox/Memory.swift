internal import Dossiers
internal import Wire

/// What the store knows without asking the disk.
struct Memory {
    var destinations: [DestinationID: Int64] = [:]
    var names: [Int64: DestinationID] = [:]
    var flights: [Int64: Flight] = [:]
    var dataVersion: Int64?
    var generation: Int64 = 1
    /// Random, made with the generation: part of every idempotency key.
    var keyEpoch: [UInt8] = []
    /// When something was last written.
    var writtenAt = Timestamp(milliseconds: 0)

    /// Deliveries that are owed, of every kind, parked ones included.
    var depth: Int64 { flights.values.reduce(0) { $0 + $1.tally.owed } }
}
