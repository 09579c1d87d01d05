internal import Contracts
internal import Dossiers
internal import Outbox

/// Which deliveries go into one call: the same operation with the same flag, of different lanes, in the
/// order in which they were claimed, within the bounds of the contract and of the configuration.
///
/// A delivery that may have arrived is never put with others: whatever is said about a batch would have to
/// be told apart from what is known of it.
struct BatchPlanner: Sendable {
    private var sizes: [Call.Kind: BatchSize] = [:]
    private var bounds: [Call.Kind: BatchBounds] = [:]

    init(policy: CourierPolicy, contract: Contract) {
        for kind in Call.Kind.allCases where kind.isWrite {
            var bounds = contract.bounds(of: kind)
            let wanted = kind == .history ? policy.batchHistory : policy.batchState
            bounds.bytes = min(bounds.bytes, policy.batchBytes ?? .max)
            self.bounds[kind] = bounds
            sizes[kind] = BatchSize(most: min(wanted ?? bounds.standard, bounds.most))
        }
    }

    /// How many dossiers a call of that kind may carry now.
    func size(_ kind: Call.Kind) -> Int { sizes[kind]?.current ?? 1 }

    /// The most that any call may carry now: what a claim reckons with.
    var largest: Int { sizes.values.map(\.current).max() ?? 1 }

    /// The operations of which several deliveries may share a call.
    var operations: Set<Operation> {
        var found: Set<Operation> = []
        for (kind, size) in sizes where size.most > 1 {
            found.insert(kind == .history ? .history : .state)
        }
        return found
    }

    /// The operations of which that contract lets several deliveries share a call, whatever is configured.
    static func batchable(by contract: Contract) -> Set<Operation> {
        let kinds = Call.Kind.allCases.filter { $0.isWrite && contract.bounds(of: $0).most > 1 }
        return Set(kinds.map { $0 == .history ? .history : .state })
    }

    mutating func refused(_ kind: Call.Kind, count: Int) { sizes[kind]?.refused(count) }
    mutating func answered(_ kind: Call.Kind, count: Int) { sizes[kind]?.answered(count) }

    /// The places in the queue of what goes with the delivery at `first`, itself included, in order.
    ///
    /// - Parameter isFor: whether a delivery is to be sent by that call; asked only as long as there is room.
    func group(
        _ queue: [Delivery], from first: Int, kind: Call.Kind, taken: [Bool],
        isFor: (Delivery) -> Bool
    ) -> [Int] {
        let size = size(kind)
        let head = queue[first]
        guard size > 1, !head.isUncertain, let bounds = bounds[kind] else { return [first] }
        var places = [first]
        var lanes: Set<Int64> = [head.lane]
        var bytes = head.body.count
        var records = BatchPlanner.records(of: head)
        for place in (first + 1)..<max(queue.count, first + 1) {
            guard places.count < size else { break }
            let next = queue[place]
            guard !taken[place], !next.isUncertain, isFor(next), lanes.insert(next.lane).inserted
            else { continue }
            bytes += 1 + next.body.count
            records += BatchPlanner.records(of: next)
            // What does not fit ends the batch: nothing that was claimed later passes it.
            guard bytes <= bounds.bytes, records <= bounds.records else { break }
            places.append(place)
        }
        return places
    }

    static func records(of delivery: Delivery) -> Int {
        delivery.operation == .history ? max(1, delivery.stepCount) : 1
    }
}

extension Batch {
    init(_ kind: Call.Kind, of deliveries: [Delivery]) {
        self.init(
            kind,
            deliveries.map {
                Item(code: $0.code, records: BatchPlanner.records(of: $0), body: $0.body)
            })
    }
}
