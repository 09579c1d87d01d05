package import Contracts
package import Dossiers

/// One destination: its dialect, our account there, and how it is treated.
package struct CourierSettings: Sendable {
    package var destination: DestinationID
    package var contract: Contract
    package var account: Account
    package var policy: CourierPolicy
    /// Which of the transport's ways leads there.
    package var route: Int

    package init(
        destination: DestinationID, contract: Contract, account: Account, policy: CourierPolicy,
        route: Int = 0
    ) {
        self.destination = destination
        self.contract = contract
        self.account = account
        self.policy = policy
        self.route = route
    }
}
