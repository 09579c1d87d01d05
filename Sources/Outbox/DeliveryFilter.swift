package import Dossiers
package import Wire

/// Which parked deliveries are meant; all of the conditions that are given hold together.
package struct DeliveryFilter: Hashable, Sendable {
    package var ids: [DeliveryID] = []
    package var destination: DestinationID?
    package var code: DossierCode?
    package var cause: ParkCause?
    /// Recorded before that moment.
    package var before: Timestamp?

    package init(
        ids: [DeliveryID] = [], destination: DestinationID? = nil, code: DossierCode? = nil,
        cause: ParkCause? = nil
    ) {
        self.ids = ids
        self.destination = destination
        self.code = code
        self.cause = cause
    }
}

/// What an operator's command did, or would do.
package struct DeskResult: Hashable, Sendable {
    package var deliveries: Int64 = 0
    package var lanes: Int64 = 0
    package var byCause: [ParkedCount] = []
}
