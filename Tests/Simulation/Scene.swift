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
    let second: Composition
    /// The portal's contract for a portal that honours idempotency keys, and for one that does not.
    private let keyed: Contract
    private let keyless: Contract
    /// The code tables of either.
    let firstCodes: String
    let secondCodes: String
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
        for name in ["codes", "more-codes"] {
            try files.copyItem(atPath: "\(share)/codes", toPath: "\(folder)/\(name)")
        }
        let status = "\(folder)/more-codes/status.json5"
        let text = try String(contentsOfFile: status, encoding: .utf8)
        try Data(
            text.replacing("processing: 4,", with: "processing: 4, \(CaseMaker.lateWord): 4,").utf8
        ).write(to: URL(filePath: status))
        for name in ["codes", "more-codes"] {
            try Scene.write(folder, "\(name).json5", Scene.configuration(folder, codes: name))
        }
        first = try Composition.load(path: "\(folder)/codes.json5", share: share)
        second = try Composition.load(path: "\(folder)/more-codes.json5", share: share)
        firstCodes = "\(folder)/codes"
        secondCodes = "\(folder)/more-codes"
        let contract = "\(share)/contracts/dvcqg-adapter.json5"
        keyed = try Contract.load(path: contract, honoursIdempotencyKey: true)
        keyless = try Contract.load(path: contract, honoursIdempotencyKey: false)
    }

    deinit {
        // Nothing of it matters when it cannot be removed: it lies in the temporary folder.
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// The composition for a plan, with a state directory of its own.
    func composition(_ plan: Plan, isSecond: Bool, state: String) -> Composition {
        var composition = isSecond ? second : first
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
                  settings: { ma_dvc: "VPCP", ma_can_bo: "officer01" },
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
