/// Who the sandbox is, to whom it talks, and how it starts.
package struct PortalSettings: Sendable {
    package var catalogue: Catalogue
    package var people: People
    package var switches = Switches()
    package var seed: UInt64 = 1

    /// The account that the Government Office would have given (contracts.md §2.1).
    package var userName = "sandbox"
    package var password = "sandbox-password"
    package var destination = "VN:GOV:SANDBOX:dvcqg"
    /// The account of the population database (contracts.md §4.2).
    package var populationUser = "sandbox"
    package var populationSecret = "sandbox-secret"
    /// The service address as clients sign it; nil takes it from the request.
    package var populationURL: String?

    package var loginPath = "/VXPAdapter/RestService/forward/mapi/login"
    package var integrationPath = "/VXPAdapter/RestService/forward/mapi/g"
    package var sharePath = "/VXPAdapter/RestService/forward/mapi/share"
    package var populationPath = "/dancu"
    /// The interlinking software (contracts.md §5): token and status calls.
    package var groupTokenPath = "/api/token"
    package var groupStatusPath = "/api/lienthongdvclt/trangthai"

    package var dossierLimit = 1_000_000
    package var keyLimit = 2_000_000
    /// Most dossiers in one call (the real limit is unknown, contracts.md G4).
    package var batchLimit = 100
    /// Most progress rows in one call (contracts.md §2.7).
    package var stepLimit = 10

    package init(catalogue: Catalogue, people: People) {
        self.catalogue = catalogue
        self.people = people
    }
}
