import Foundation
import Glibc
import TestSupport

/// Makes system calls of a running daemon fail, as a dying disk does, for as long as it is held: `strace`
/// takes root, or a kernel that lets one trace one's own.
final class Meddler {
    private let tracer: Child

    /// - Parameters:
    ///   - calls: names of system calls.
    ///   - path: only those on this file.
    init(
        _ daemon: Child, calls: String, injecting fault: String, path: String? = nil,
        in scratch: Scratch
    ) async throws {
        let tool = "/usr/bin/strace"
        guard access(tool, X_OK) == 0 else {
            throw Unmet(description: "strace is missing: apt-get install strace")
        }
        let words =
            ["-f", "-p", "\(daemon.id)", "-e", "trace=\(calls)", "-e", "inject=\(calls):\(fault)"]
            + (path.map { ["-P", $0] } ?? [])
        let tracer = try Child(words, in: scratch, program: tool)
        self.tracer = tracer
        try await eventually("strace is attached: \(tracer.errors)") {
            guard tracer.isRunning else { throw Unmet(description: tracer.errors) }
            return tracer.errors.contains(" attached")
        }
    }

    /// How many calls have failed.
    var injected: Int { tracer.errors.split(separator: "\n").count { $0.contains("(INJECTED)") } }

    func end() async throws { _ = try await tracer.terminate() }
}
