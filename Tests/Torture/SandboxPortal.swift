import Glibc
import TestSupport
import Wire

/// The sandbox's portal as a process, and its switches.
final class SandboxPortal {
    let child: Child
    let url: String
    private let scratch: Scratch

    init(_ scratch: Scratch, seed: Int, faults: [String]) throws {
        self.scratch = scratch
        let child = try Child(
            [
                "portal", "--port", "0", "--catalogue", scratch.file("catalogue.json"), "--people",
                scratch.file("people.json"), "--seed", "\(seed)", "--quiet",
            ] + faults.flatMap { ["--fault", $0] }, in: scratch, program: Program.sandbox.get(),
            isBound: true)
        self.child = child
        for _ in 0..<1000 where !child.output.contains("\n") { usleep(10_000) }
        guard
            let line = child.output.split(separator: "\n").first(where: { $0.hasPrefix("ready ") })
        else { throw Unmet(description: "the portal does not listen: \(child.errors)") }
        url = String(line.dropFirst(6))
    }

    func counters() throws -> JSONValue { try ask([], "/sandbox/counters") }

    func set(_ switches: String) throws {
        _ = try ask(["-X", "PUT", "-d", switches], "/sandbox/faults")
    }

    func violations() throws -> JSONValue { try ask([], "/sandbox/violations") }

    private func ask(_ options: [String], _ path: String) throws -> JSONValue {
        let child = try Child(
            ["-sS", "-f", "-m", "60", "--retry", "60", "--retry-delay", "1", "--retry-all-errors"]
                + options + [url + path], in: scratch,
            program: "/usr/bin/curl")
        defer { child.forget() }
        guard let answer = child.wait(within: 70), answer.status == 0 else {
            throw Unmet(description: "curl \(path): \(child.errors)")
        }
        return try JSONValue(parsing: Array(answer.output.utf8))
    }
}
