import Foundation

/// One seed under one bug's number: a process of `simulate`, with a temporary folder of its own.
struct OneRun {
    enum End {
        case clean
        /// The promise that was violated, in the simulation's words.
        case broken(String)
        case crashed(String)
        case endless
        case failed(String)
    }

    let program: URL
    let number: Int
    let trial: Trial

    /// - Parameter seconds: after which the run is stopped.
    func end(within seconds: Double) throws -> End {
        let manager = FileManager.default
        let folder = manager.temporaryDirectory.appending(path: "planted-\(UUID().uuidString)")
        try manager.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? manager.removeItem(at: folder) }
        // The name tells the program which bug is awake.
        let link = folder.appending(path: "simulate-\(number)")
        try manager.createSymbolicLink(at: link, withDestinationURL: program)
        let output = folder.appending(path: "output")
        guard manager.createFile(atPath: output.path, contents: nil) else {
            return .failed("\(output.path) cannot be made")
        }
        let handle = try FileHandle(forWritingTo: output)
        defer { try? handle.close() }

        let process = Process()
        process.executableURL = link
        process.arguments = trial.arguments
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["TMPDIR": folder.path]
        ) { $1 }
        process.standardOutput = handle
        process.standardError = handle
        try process.run()
        let deadline = Date().addingTimeInterval(seconds)
        while process.isRunning, Date() < deadline { usleep(20_000) }
        let isEndless = process.isRunning
        if isEndless { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        if isEndless { return .endless }
        return OneRun.read(
            try String(decoding: Data(contentsOf: output), as: UTF8.self), of: process)
    }

    private static func read(_ output: String, of process: Process) -> End {
        let lines = output.split(separator: "\n").map(String.init)
        guard process.terminationReason != .uncaughtSignal else {
            return .crashed(lines.first { $0.contains("Fatal error") } ?? "no words")
        }
        switch process.terminationStatus {
        case 0: return .clean
        case 1:
            guard let line = lines.first(where: { $0.hasPrefix("violated: ") }) else {
                return .failed("no promise is named: \(lines.first ?? "no words")")
            }
            // After the promise come the destination and the dossier, which differ from run to run.
            let promise = line.dropFirst("violated: ".count).split(separator: " · ").first ?? ""
            return .broken(String(promise))
        default:
            return .failed("exit \(process.terminationStatus): \(lines.last ?? "no words")")
        }
    }
}
