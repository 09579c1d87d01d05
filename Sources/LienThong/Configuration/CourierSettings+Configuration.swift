package import Couriers

extension Configuration {
    /// What each destination's courier is told, in the order of their ways through the transport.
    package var courierSettings: [CourierSettings] {
        destinations.enumerated().map { index, destination in
            CourierSettings(
                destination: destination.id, contract: destination.contract,
                account: destination.account, policy: destination.policy, route: index)
        }
    }
}
