internal import Contracts
internal import Dossiers

/// What one dispatcher has learnt of its destinations, for the one that follows it after a reload.
///
/// It holds for a destination of the same name at the same address: another password, rate or window changes how we
/// go there, not what is there.
package struct Gates: Sendable {
    private struct Place: Hashable {
        var name: DestinationID
        var address: String
    }
    private var gates: [Place: Gate] = [:]

    package init() {}

    mutating func keep(_ gate: Gate, of settings: CourierSettings) {
        gates[Gates.place(settings)] = gate
    }

    func gate(of settings: CourierSettings) -> Gate? { gates[Gates.place(settings)] }

    private static func place(_ settings: CourierSettings) -> Place {
        Place(name: settings.destination, address: settings.account.baseURL)
    }
}
