internal import Contracts
internal import Couriers
internal import Curl
internal import Dossiers
internal import Glibc
internal import Operating

// The section `destinations`.
extension Configuration {
    /// The body's result; nil when it failed and somebody gathers what is wrong.
    static func gather<Result>(
        into faults: FaultList?, _ body: () throws(Trouble) -> Result
    ) throws(Trouble) -> Result? {
        do {
            return try body()
        } catch {
            guard let faults else { throw error }
            faults.add(error)
            return nil
        }
    }

    /// Part by part, so that whoever sets a destination up is told at once all that is wrong with it.
    ///
    /// - Returns: nil when something is, and `faults` has it.
    static func destination(
        _ name: String, _ section: Settings, share: String, credentials: Credentials,
        faults: FaultList?
    ) throws(Trouble) -> Destination? {
        let path = try gather(into: faults) { () throws(Trouble) in
            try contractPath(name, section, share: share)
        }
        let plain = try gather(into: faults) { () throws(Trouble) in
            try section.bool("allowPlainHTTP", default: false)
        }
        let policy = try gather(into: faults) { () throws(Trouble) in
            try CourierPolicy(reading: try section.optionalSection("delivery"))
        }
        let transfer = try gather(into: faults) { () throws(Trouble) in
            try Configuration.transfer(
                section, allowPlainHTTP: plain ?? false, policy: policy ?? CourierPolicy())
        }
        var contract: Contract?
        if let path {
            contract = try gather(into: faults) { () throws(Trouble) in
                try Contract.load(path: path, honoursIdempotencyKey: policy?.honoursKeys)
            }
        }
        if let contract, let policy {
            _ = try gather(into: faults) { () throws(Trouble) in
                try expectBatch(of: policy, within: contract, section)
            }
        }
        let url = try gather(into: faults) { () throws(Trouble) in
            try address(name, section, isPlainAllowed: plain ?? true)
        }
        let account = try Configuration.account(
            section, url: url ?? "", contract: contract, credentials: credentials, faults: faults)
        let patience = try gather(into: faults) { () throws(Trouble) in
            (
                waits: try section.bool("waitForVerification", default: false),
                validity: try section.duration(
                    "verificationValidFor", default: "180d", in: 60_000...315_360_000_000)
            )
        }
        let procedures = try gather(into: faults) { () throws(Trouble) in
            try Configuration.procedures(section, contract)
        }
        guard plain != nil, url != nil, let path, var policy, var transfer, let contract,
            let account, let patience, let procedures
        else { return nil }
        policy.bound(byConnections: transfer.maxConnectionsPerHost)
        transfer.cookies = contract.keepsCookies
        return Destination(
            id: DestinationID(name), contract: contract, contractPath: path, account: account,
            transfer: transfer, policy: policy, waitsForVerification: patience.waits,
            verificationValidity: patience.validity, procedures: procedures)
    }

    private static func contractPath(_ name: String, _ section: Settings, share: String)
        throws(Trouble) -> String
    {
        let contract = try section.string("contract")
        guard !contract.contains("/") else { return contract }
        let folder = "\(share)/contracts"
        let path = "\(folder)/\(contract).json5"
        guard access(path, F_OK) != 0 else { return path }
        guard errno != EACCES else { throw .fileForbidden(folder, user: ServiceAccount.name) }
        throw .contractUnknown(
            contract, file: section.file, destination: name,
            known: ShareDirectory.names(in: folder, ending: ".json5"), in: folder)
    }

    private static func expectBatch(
        of policy: CourierPolicy, within contract: Contract, _ section: Settings
    ) throws(Trouble) {
        guard let excess = policy.excess(over: contract),
            let batch = try section.optionalSection("delivery")?.optionalSection("batch")
        else { return }
        throw batch.wrong(
            excess.key, "at most \(excess.most), as \(contract.name) allows", "more")
    }

    private static func address(_ name: String, _ section: Settings, isPlainAllowed: Bool)
        throws(Trouble) -> String
    {
        let url = try section.string("url")
        if url.hasPrefix("https://") || (isPlainAllowed && url.hasPrefix("http://")) { return url }
        guard !url.hasPrefix("http://") else {
            throw .plainHTTP(file: section.file, destination: name)
        }
        throw section.wrong("url", "https://…", "\"\(url)\"")
    }

    /// - Throws: when there are none for a contract that is not for every dossier.
    private static func procedures(_ section: Settings, _ contract: Contract?) throws(Trouble)
        -> Set<String>
    {
        let listed = try section.strings("procedures")
        if let empty = listed.first(where: { $0.isEmpty || $0.contains(where: \.isWhitespace) }) {
            throw section.wrong("procedures", "procedure codes such as 2.000986", "\"\(empty)\"")
        }
        if contract?.needsProcedures == true, listed.isEmpty { throw section.missing("procedures") }
        return Set(listed)
    }

    /// - Returns: nil when something of it is wrong, and `faults` has it.
    private static func account(
        _ section: Settings, url: String, contract: Contract?, credentials: Credentials,
        faults: FaultList?
    ) throws(Trouble) -> Account? {
        let before = faults?.troubles.count
        var secrets: [String: Secret] = [:]
        let named = try gather(into: faults) { () throws(Trouble) in try section.table("secrets") }
        for (key, credential) in (named ?? [:]).sorted(by: { $0.key < $1.key }) {
            // One that cannot be read is told once; its name is given, which is all that the contract asks here.
            secrets[key] =
                try gather(into: faults) { () throws(Trouble) in try credentials.secret(credential)
                }
                ?? Secret("?")
        }
        let settings = try gather(into: faults) { () throws(Trouble) in
            try section.table("settings")
        }
        let base = url.hasSuffix("/") ? String(url.dropLast()) : url
        let account = Account(baseURL: base, settings: settings ?? [:], secrets: secrets)
        if let contract, named != nil, settings != nil {
            for trouble in contract.troubles(of: account) {
                guard let faults else { throw trouble }
                faults.add(trouble)
            }
        }
        return faults?.troubles.count == before ? account : nil
    }

    /// Without a number of its own, as many connections as the window may want.
    private static func transfer(
        _ section: Settings, allowPlainHTTP: Bool, policy: CourierPolicy
    ) throws(Trouble) -> TransferSettings {
        var settings = TransferSettings()
        settings.allowPlainHTTP = allowPlainHTTP
        settings.http2 = try section.bool("http2", default: false)
        settings.proxy = try section.optionalString("proxy")
        settings.maxConnectionsPerHost = try section.integer(
            "connections", default: policy.windowBounds.upperBound, in: 1...1024)
        settings.connectTimeoutMilliseconds = try section.duration(
            "connectTimeout", default: "10s", in: 100...120_000)
        settings.maxAnswerBytes = try section.integer(
            "maxAnswerBytes", default: 4 << 20, in: 1024...(64 << 20))
        if let tls = try section.optionalSection("tls") {
            settings.caFile = try tls.optionalString("ca")
            settings.clientCertificate = try tls.optionalString("certificate")
            settings.clientKey = try tls.optionalString("key")
        }
        return settings
    }
}
