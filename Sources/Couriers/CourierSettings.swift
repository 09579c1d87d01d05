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

    /// For how long after a start the requests of an earlier process may still be at work over there, in
    /// milliseconds: it would have waited as long as the time-out for their answers.
    package var quietAfterStart: Int64 {
        max(policy.quietDelay, policy.timeout ?? contract.longestTimeoutMilliseconds)
    }

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
