package import Operating
package import Wire

package final class OperatorDesk {
    package init(directory: String, actor: String) throws(Trouble) { fatalError() }
    package func count(_ filter: DeliveryFilter) throws -> DeskResult { fatalError() }
    package func retry(_ filter: DeliveryFilter, now: Timestamp) throws -> DeskResult {
        fatalError()
    }
    package func discard(_ filter: DeliveryFilter, reason: String, now: Timestamp) throws
        -> DeskResult
    { fatalError() }
    package func request(_ filter: ResyncFilter, now: Timestamp) throws -> Int64 { fatalError() }
    package func move(_ request: Int64, to state: OperatorRequest.State, now: Timestamp) throws
        -> Bool
    { fatalError() }
}
