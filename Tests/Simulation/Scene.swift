internal import Contracts
internal import Couriers
internal import Dossiers
internal import Foundation
internal import LienThong
internal import Operating

/// The daemon's configuration for a world: the real files, read by the real code, once in a process.
///
/// The second composition knows a status word more than the first: reloading frees what was held for it.
package final class Scene: Sendable {
    let first: Composition
    /// By the code table that differs.
    private let seconds: [Plan.CodeTable: Composition]
    /// The portal's contract for a portal that honours idempotency keys, and for one that does not.
    private let keyed: Contract
    private let keyless: Contract
    /// The code tables of the first.
    let firstCodes: String
    private let folder: String

    package init() throws {
        let share = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Config").path
        folder = try Scene.makeFolder("lienthong-simulation")
        try Scene.write(folder, "username", "sandbox")
        try Scene.write(folder, "password", "sandbox-password")
        try Scene.write(folder, "key", "sandbox-secret")
        try Scene.write(folder, "state-key", String(repeating: "5a", count: 32))
        let files = FileManager.default
        let codes = "\(folder)/codes"
        try files.copyItem(atPath: "\(share)/codes", toPath: codes)
        try Scene.write(folder, "codes.json5", Scene.configuration(folder, codes: "codes"))
        first = try Composition.load(path: "\(folder)/codes.json5", share: share)
        firstCodes = "\(folder)/first"
        try files.copyItem(atPath: codes, toPath: firstCodes)
        // The same file of the same name, but for this one table: only its content tells them apart.
        var seconds: [Plan.CodeTable: Composition] = [:]
        for table in Plan.CodeTable.allCases {
            let path = "\(codes)/\(table.rawValue).json5"
            let before = try Data(contentsOf: URL(filePath: path))
            try Scene.change(table, at: path)
            seconds[table] = try Composition.load(path: "\(folder)/codes.json5", share: share)
            try files.copyItem(atPath: codes, toPath: "\(folder)/\(table.rawValue)")
            try before.write(to: URL(filePath: path))
        }
        self.seconds = seconds
        let contract = "\(share)/contracts/dvcqg-adapter.json5"
        keyed = try Contract.load(path: contract, honoursIdempotencyKey: true)
        keyless = try Contract.load(path: contract, honoursIdempotencyKey: false)
    }

    /// The code tables of the second configuration that differs in one of them.
    func codes(of table: Plan.CodeTable) -> String { "\(folder)/\(table.rawValue)" }

    /// The second configuration knows a status word more, a procedure more, or the end of a unit.
    private static func change(_ table: Plan.CodeTable, at path: String) throws {
        var text = try String(contentsOfFile: path, encoding: .utf8)
        switch table {
        case .status:
            text = text.replacing(
                "processing: 4,", with: "processing: 4, \(CaseMaker.lateWord): 4,")
        case .procedures:
            let late = CaseMaker.procedures[3]
            text = text.replacing(
                "procedures: [",
                with: "procedures: [ { local: \"\(late.local)\", code: \"\(late.national)\" },")
        case .units:
            let (old, new) = (CaseMaker.units[1], CaseMaker.units[0])
            text = text.replacing(
                "units: [",
                with: """
                    units: [ { code: "\(old.0)", name: "\(old.1)", until: "2026-01-05", \
                    successor: { code: "\(new.0)", name: "\(new.1)" } },
                    """)
        }
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    deinit {
        // Nothing of it matters when it cannot be removed: it lies in the temporary folder.
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// The composition for a plan, with a state directory of its own.
    func composition(_ plan: Plan, isSecond: Bool, state: String) -> Composition {
        var composition = isSecond ? seconds[plan.table] ?? first : first
        composition.configuration.stateDirectory = state
        composition.configuration.source.keysPerLook = plan.pressure.keysPerLook
        composition.configuration.source.sweepPeriod = plan.office.sweep
        // Worlds are small: a few rows of them are many.
        composition.configuration.source.deletionRows = 3
        composition.configuration.source.deletionShare = 0.25
        composition.configuration.source.deletionPatience = Office.overlapMilliseconds
        for (index, portal) in plan.portals.enumerated() {
            var destination = composition.configuration.destinations[index]
            precondition(destination.id.rawValue == Plan.destinations[index])
            if PortalSite.holdsDossiers(destination.id.rawValue) {
                destination.contract = portal.honoursKeys ? keyed : keyless
                destination.policy.honoursKeys = portal.honoursKeys
                // Trust a key for less long than the portal remembers it.
                if let seconds = portal.keySeconds {
                    destination.policy.keyLifetime = max(0, Int64(seconds) * 1000 - 45_000)
                }
                if let attempts = portal.attempts { destination.policy.attempts = attempts }
                if portal.trustsFirstContact { destination.policy.firstContact = .send }
                if portal.asksFirst { destination.policy.existence = .probeFirst }
                destination.waitsForVerification = plan.waits
            }
            destination.policy.ratePerSecond = portal.rate
            destination.policy.rateBurst = portal.burst
            destination.policy.batchState = portal.batchState
            destination.policy.batchHistory = portal.batchHistory
            if let window = portal.maintenance, let parsed = MaintenanceWindow(window) {
                destination.policy.maintenance = [parsed]
            }
            composition.configuration.destinations[index] = destination
        }
        return composition
    }

    private static func configuration(_ folder: String, codes: String) -> String {
        let portal = """
            contract: "dvcqg-adapter",
            settings: { madonvi: "\(CaseMaker.senderUnit)", dstcode: "VN:GOV:SANDBOX:dvcqg" },
            secrets: { username: "username", password: "password" },
            """
        return """
            {
              credentials: { directory: "\(folder)" },
              codes: "\(folder)/\(codes)",
              source: { profile: "reference", database: "sqlite", connection: "/none" },
              destinations: {
                district: { url: "https://district.example", \(portal) },
                groups: {
                  contract: "dvclt-group", url: "https://groups.example",
                  procedures: ["\(GroupCase.national)"],
                  secrets: { username: "username", password: "password" },
                },
                population: {
                  contract: "csdlqgdc-soap", url: "https://population.example",
                  settings: { ma_dvc: "VPCP", ma_can_bo: "officer & <01>" },
                  secrets: { username: "username", secret_key: "key" },
                },
                portal: { url: "https://portal.example", \(portal) },
              },
            }
            """
    }

    /// In memory where there is such a place: what is synced there costs nothing.
    static func makeFolder(_ name: String) throws -> String {
        let memory = "/dev/shm"
        let parent =
            FileManager.default.isWritableFile(atPath: memory)
            ? URL(filePath: memory) : FileManager.default.temporaryDirectory
        let folder = parent.appending(path: "\(name)-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return folder
    }

    private static func write(_ folder: String, _ name: String, _ text: String) throws {
        let path = "\(folder)/\(name)"
        try Data(text.utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }
}
