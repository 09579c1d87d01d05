package import Dossiers
package import Operating
internal import Synchronization
internal import Wire

/// A destination's dialect, read from a file and compiled once: how to ask, how to say it, what the
/// answers mean. Shared by threads; holds no account, no session, no state.
///
/// Rendering is in `Contract+Rendering.swift`, requests and answers in the files named after them.
package final class Contract: Sendable {
    let plan: ContractPlan
    /// One hasher, kept: a new one costs more than a record. Only the capture thread renders, so the
    /// lock is never contended.
    let hasher = Mutex(SHA256())
    /// What can be delivered: an operation counts when both its record and its calls are described.
    package let supports: Set<Operation>

    init(plan: ContractPlan) {
        self.plan = plan
        var supports: Set<Operation> = []
        if !plan.state.isEmpty { supports.insert(.state) }
        if !plan.step.isEmpty { supports.insert(.history) }
        if !plan.person.isEmpty { supports.insert(.verify) }
        self.supports = supports
    }

    /// Reads and compiles a contract file, strictly.
    ///
    /// - Parameter honoursIdempotencyKey: what the configuration says about this destination; nil leaves
    ///   it to the file.
    /// - Throws: LT-11xx with the file, the place in it and what was expected there.
    package static func load(path: String, honoursIdempotencyKey: Bool? = nil) throws(Trouble)
        -> Contract
    {
        do throws(Trouble) {
            var plan = try ContractCompiler(try Settings.load(path: path)).compile()
            plan.honoursIdempotencyKey = honoursIdempotencyKey ?? plan.honoursIdempotencyKey
            return Contract(plan: plan)
        } catch {
            throw error.asContractTrouble
        }
    }

    /// The file's own name for itself, such as `dvcqg-adapter`.
    package var name: String { plan.name }
    package var titleVietnamese: String { plan.titleVietnamese }
    package var title: String { plan.title }
    package var settingsNeeded: [ContractKey] { plan.settings }
    package var secretsNeeded: [ContractKey] { plan.secrets }

    /// True when every call but `login` carries a session.
    package var needsSession: Bool {
        plan.authentication.sessionLifetimeMilliseconds != nil
    }

    /// How long a session is used before it is renewed unasked, in milliseconds; for ever when there are
    /// no sessions.
    package var sessionLifetimeMilliseconds: Int64 {
        plan.authentication.sessionLifetimeMilliseconds ?? .max
    }

    /// How long the most patient call waits for its answer, in milliseconds.
    package var longestTimeoutMilliseconds: Int64 {
        plan.operations.values.map(\.timeoutMilliseconds).max() ?? 0
    }

    /// The calls that the file describes.
    package var calls: Set<Call.Kind> { Set(plan.operations.keys) }

    package var honoursIdempotencyKey: Bool { plan.honoursIdempotencyKey }

    /// How many steps one `history` may carry.
    package var stepsPerDelivery: Int { plan.stepsPerDelivery }

    /// The order in which steps must go, where the destination has one of its own.
    package var order: StatusOrder? { plan.order }

    /// True when a step that may have arrived may be sent once more without being asked for first.
    package var historyIsRepeatable: Bool { plan.repeatedStep.isHarmless }

    package var repeatedStep: RepeatedStep { plan.repeatedStep }

    /// True when cookies of the destination come back with later requests, as a load balancer needs that keeps a
    /// session with one of several machines.
    package var keepsCookies: Bool { plan.keepsCookies }

    /// True when the destination takes the dossiers of some procedures only, so that they must be listed.
    package var needsProcedures: Bool { plan.needsProcedures }

    /// The bytes between two rendered records of one body.
    package var separator: [UInt8] { [UInt8(ascii: ",")] }

    /// True when a probe's answer may list the steps that the destination holds.
    package var probeShowsSteps: Bool { plan.probe?.steps != nil }
}
