internal import Capture
internal import Contracts
internal import Dossiers
internal import Operating
internal import Wire

/// The checks of `lienthongd check`, one after another; a failed one does not keep the next from running, so that
/// all faults are told at once.
final class Inspection {
    enum Finding {
        case fine(String)
        /// Worth knowing, and no fault.
        case note(String)
        case trouble(Trouble)
    }

    let isOffline: Bool
    private(set) var findings: [Finding] = []

    init(isOffline: Bool) { self.isOffline = isOffline }

    /// The exit code of the first trouble that keeps the daemon from its work, else of the first one; `ok`
    /// without any.
    var worst: ExitCode {
        let exits = findings.compactMap {
            if case .trouble(let trouble) = $0 { trouble.exit } else { nil }
        }
        return exits.first { $0 != .findings } ?? exits.first ?? .ok
    }

    func run(config: String?, share: String?) {
        let faults = FaultList()
        let loaded = attempt { () throws(Trouble) in
            try Configuration.load(path: config, share: share, faults: faults)
        }
        for fault in faults.troubles { add(fault) }
        guard let configuration = loaded else { return }
        if faults.isEmpty { fine("cấu hình / configuration: \(configuration.file)") }
        // Secrets are read before the service's user is become, as systemd reads them for it.
        let credentials = configuration.credentials
        let key = attempt { () throws(Trouble) in
            try StateKey.load(
                directory: configuration.stateDirectory, credentials: credentials, mayCreate: false)
                ?? []
        }
        var password: Secret?
        var hasPassword = true
        if let name = configuration.source.password {
            password = attempt { () throws(Trouble) in try credentials.secret(name) }
            hasPassword = password != nil
        }
        // The state directory is the service's own, and systemd alone leads its user there.
        checkDisk(configuration.stateDirectory)
        if let key { checkStore(configuration.stateDirectory, key: key) }
        let refused = LiveStatus.refusedLogins(in: configuration.stateDirectory)
        becomeService(configuration)
        let tables = attempt { () throws(Trouble) in
            try CodeTables.load(directory: configuration.codesDirectory)
        }
        if tables != nil { fine("bảng mã / code tables: \(configuration.codesDirectory)") }
        let profile = attempt { () throws(Trouble) in
            try Composition.sourceProfile(configuration)
        }
        if let profile { fine("bộ mô tả nguồn / source profile: \(profile.directory)") }
        for destination in configuration.destinations {
            fine("đích / destination \(destination.id.rawValue): \(destination.contract.title)")
            checkFiles(of: destination)
        }
        checkClock()
        guard !isOffline else { return }
        if let profile, let tables, hasPassword {
            checkSource(
                Composition(
                    configuration: configuration,
                    normalizer: normalizer(configuration, tables, profile),
                    profile: profile, stateKey: key ?? [], sourcePassword: password,
                    mappingDigest: ""), statuses: tables.statuses)
        }
        for destination in configuration.destinations {
            check(destination, isRefused: refused.contains(destination.id.rawValue))
        }
    }

    private func normalizer(
        _ configuration: Configuration, _ tables: CodeTables, _ profile: SourceProfile
    ) -> Normalizer {
        var rules = configuration.normalization
        rules.tables = tables
        rules.zone = profile.zone
        return Normalizer(rules)
    }

    /// What root may do says nothing of what the service may.
    private func becomeService(_ configuration: Configuration) {
        switch ServiceAccount.assume(owning: configuration.stateDirectory) {
        case .asWeAre: break
        case .became(let user):
            fine("kiểm tra với quyền của dịch vụ / checked as the service's own user: \(user)")
            let files = ServiceAccount.unreadable(configuration.files)
            for file in files { add(.fileForbidden(file, user: user)) }
        case .unknown:
            note(
                "kiểm tra với quyền root: quyền của dịch vụ chỉ thấy được sau lần chạy đầu tiên / "
                    + "checked as root: what the service's own user may not do shows once it has run"
            )
        }
    }

    @discardableResult
    func attempt<Result>(_ body: () throws(Trouble) -> Result) -> Result? {
        do {
            return try body()
        } catch {
            add(error)
            return nil
        }
    }

    func fine(_ text: String) { findings.append(.fine(text)) }
    func note(_ text: String) { findings.append(.note(text)) }

    /// Each once: a fault in a file that two things need is one fault.
    func add(_ trouble: Trouble) {
        for case .trouble(trouble) in findings { return }
        findings.append(.trouble(trouble))
    }
}
