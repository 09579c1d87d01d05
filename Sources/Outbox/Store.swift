package import Dossiers
package import Operating
package import Wire

package final class Store {
    package static func open(
        directory: String, key: [UInt8], now: Timestamp, vfs: String? = nil
    ) throws(Trouble) -> Store { fatalError() }

    package var epoch: [UInt8] { fatalError() }
    package var queuesWriteBacks = true
    package var verificationPatienceMilliseconds: Int64 = 3_600_000
    package var depth: Int64 { fatalError() }

    package func transaction<R>(_ body: () throws -> R) throws -> R { fatalError() }
    package func record(_ batch: CaptureBatch, now: Timestamp) throws -> RecordSummary {
        fatalError()
    }
    package func claim(
        _ destination: DestinationID, limit: Int, freshShare: Double, now: Timestamp
    ) throws -> [Delivery] { fatalError() }
    package func settle(_ settled: [SettledDelivery], now: Timestamp) throws { fatalError() }
    package func giveBack(_ ids: [DeliveryID]) throws { fatalError() }
    package func nextDue(_ destination: DestinationID, after: Timestamp) throws -> Timestamp? {
        fatalError()
    }
    package func cursors() throws -> [String: String] { fatalError() }
    package func heldKeys(after: SourceKey?, limit: Int) throws -> [SourceKey] { fatalError() }
    package func pendingWriteBacks(limit: Int) throws -> [WriteBack] { fatalError() }
    package func writeBacksDone(_ ids: [Int64]) throws { fatalError() }
    package func openRequests() throws -> [OperatorRequest] { fatalError() }
    package func progress(
        of request: Int64, cursor: String?, counts: RequestCounts, isDone: Bool, now: Timestamp
    ) throws { fatalError() }
    package func request(_ filter: ResyncFilter, by actor: String, now: Timestamp) throws -> Int64 {
        fatalError()
    }
    package func status(now: Timestamp) throws -> StatusReport { fatalError() }
    package func checkpoint() throws { fatalError() }
}
