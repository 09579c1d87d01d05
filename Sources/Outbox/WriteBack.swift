package import Dossiers
package import Wire

/// One answer about an applicant, to be written into the one-stop database.
package struct WriteBack: Hashable, Sendable {
    package var id: Int64
    package var code: DossierCode
    package var sourceKey: SourceKey
    package var verification: Verification
    package var settledAt: Timestamp
}
