import Foundation

/// Lets the tests of the modules that a bug stands in look for it: the net under the simulation.
///
/// What no world shows may still be shown by a test of the module: a table of cases, a real server, a command. The
/// same copy with the same bugs, built for its tests; which bug is awake is told by the environment, for every
/// process of a test has a name of its own.
final class TestHunt {
    enum End {
        case caught(by: String)
        case missed
        /// The unharmed code fails the same tests, or they could not be run: that proves nothing.
        case failed(String)
    }

    static let variable = "LIENTHONG_PLANTED"

    private let copy: URL
    /// How the unharmed code fared in the tests that were asked for, by their filter.
    private var control: [String: End] = [:]
    /// Seconds after which a run of a module's tests is stopped: a test that waits for ever has seen something.
    private let patience: Double

    init(copy: URL, patience: Double = 420) {
        self.copy = copy
        self.patience = patience
    }

    func build() throws {
        let end = try swift(["build", "--build-tests"], number: 0, within: 3600)
        guard end.status == 0 else {
            throw Garden.Barren(reasons: ["the copy's tests do not build: \(copy.path)"])
        }
    }

    func run(_ bug: Bug) throws -> End {
        let filter = filter(of: bug)
        guard !filter.isEmpty else { return .failed("no tests of its module") }
        if control[filter] == nil { control[filter] = try tests(filter, number: 0) }
        if case .caught(let test) = control[filter] {
            return .failed("fails without the bug: \(test)")
        }
        return try tests(filter, number: bug.number)
    }

    /// The test targets of the modules that it changes.
    private func filter(of bug: Bug) -> String {
        var targets: Set<String> = []
        for change in bug.changes {
            let module = change.file.split(separator: "/").dropFirst().first.map(String.init) ?? ""
            for target in ["\(module)Tests"] + (module == "Couriers" ? ["FlowControlTests"] : []) {
                let folder = copy.appending(path: "Tests/\(target)").path
                if FileManager.default.fileExists(atPath: folder) { targets.insert(target) }
            }
        }
        return targets.isEmpty ? "" : "^(\(targets.sorted().joined(separator: "|")))\\."
    }

    private func tests(_ filter: String, number: Int) throws -> End {
        let end = try swift(
            ["test", "--skip-build", "--filter", filter], number: number, within: patience)
        if end.status == 0 {
            let hasRun = end.output.contains("Test run with ")
            return hasRun ? .missed : .failed("no test ran for \(filter)")
        }
        if end.status < 0 { return .caught(by: "does not end in \(Int(patience)) s") }
        let line = end.output.split(separator: "\n").first { $0.hasPrefix("✘ Test ") }
        return .caught(by: line.map { String($0.dropFirst("✘ Test ".count)) } ?? "crash")
    }

    /// - Returns: the exit code, -1 when it was stopped, and what it said.
    private func swift(_ words: [String], number: Int, within seconds: Double) throws -> (
        status: Int32, output: String
    ) {
        let file = FileManager.default.temporaryDirectory.appending(
            path: "planted-tests-\(UUID().uuidString)")
        guard FileManager.default.createFile(atPath: file.path, contents: nil) else {
            throw Garden.Barren(reasons: ["\(file.path) cannot be made"])
        }
        defer { unlink(file.path) }
        let handle = try FileHandle(forWritingTo: file)
        defer { try? handle.close() }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["timeout", "--kill-after=10", "\(Int(seconds))", "swift"] + words
        process.currentDirectoryURL = copy
        process.environment = ProcessInfo.processInfo.environment.merging(
            [TestHunt.variable: String(number)]
        ) { $1 }
        process.standardOutput = handle
        process.standardError = handle
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let status = process.terminationStatus
        let output = try String(decoding: Data(contentsOf: file), as: UTF8.self)
        return (status == 124 || status == 137 ? -1 : status, output)
    }
}
