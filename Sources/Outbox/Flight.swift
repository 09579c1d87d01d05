/// What may be under way to one destination, what became of earlier attempts, and what is owed: its row of
/// `flight`.
struct Flight {
    /// By their numbers.
    private(set) var deliveries: Set<Int64> = []
    /// A lane has one delivery under way at most.
    private(set) var lanes: Set<Int64> = []
    var tally = Tally()
    var acknowledged: Int64 = 0
    var attempts: Int64 = 0
    /// How often this changed, ever.
    var turns: Int64 = 0
    /// The backlog's unused share of earlier claims, in deliveries.
    var backlogCredit: Double = 0
    /// The unused share of the oldest fresh changes, in deliveries.
    var lateCredit: Double = 0
    var isChanged = false

    func has(_ delivery: Int64) -> Bool { deliveries.contains(delivery) }

    mutating func take(_ delivery: Int64) {
        deliveries.insert(delivery)
        lanes.insert(DeliveryNumber.lane(of: delivery))
        isChanged = true
    }

    mutating func land(_ delivery: Int64) {
        deliveries.remove(delivery)
        lanes.remove(DeliveryNumber.lane(of: delivery))
        isChanged = true
    }

    mutating func landAll() {
        deliveries = []
        lanes = []
        isChanged = true
    }
}
