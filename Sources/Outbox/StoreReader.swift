package import Dossiers
package import Operating
package import Wire

package final class StoreReader {
    package init(directory: String, key: [UInt8]? = nil) throws(Trouble) { fatalError() }
    package func status(now: Timestamp) throws -> StatusReport { fatalError() }
    package func parked(_ filter: DeliveryFilter, after: DeliveryID? = nil, limit: Int = 100) throws
        -> [ParkedEntry]
    { fatalError() }
    package func heldGroups() throws -> [HeldGroup] { fatalError() }
    package func held(
        rule: String? = nil, unmapped: String? = nil, after: SourceKey? = nil, limit: Int = 100
    ) throws -> [HeldEntry] { fatalError() }
    package func dossier(_ code: DossierCode) throws -> DossierStory? { fatalError() }
    package func codes(like prefix: String, limit: Int = 10) throws -> [String] { fatalError() }
    package func ledger(after sequence: Int64 = 0, limit: Int = 1000) throws -> [LedgerLine] {
        fatalError()
    }
    package func verifyLedger() throws -> LedgerVerification { fatalError() }
    package func verificationCounts() throws -> VerificationCounts { fatalError() }
    package func requests(limit: Int = 50) throws -> [OperatorRequest] { fatalError() }
    package func findDamage() throws -> String? { fatalError() }
}
