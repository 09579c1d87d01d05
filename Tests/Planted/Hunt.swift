import Foundation

/// Lets the simulation look for one bug, within a time.
struct Hunt {
    /// What became of it.
    enum Result {
        case caught(seconds: Double, seed: String, by: String)
        case missed(seconds: Double, runs: String)
        /// The program ended in a way that is neither: a bug that merely crashes proves little.
        case failed(String)
    }

    let program: URL
    let minutes: Double

    /// Starts `simulate` under the bug's number and waits for its end.
    func run(_ number: Int, seedsFrom first: Int) throws -> Result {
        let link = program.deletingLastPathComponent().appendingPathComponent("simulate-\(number)")
        try? FileManager.default.removeItem(at: link)
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: program)
        let process = Process()
        process.executableURL = link
        process.arguments = Hunt.arguments(minutes: minutes, first: first)
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        let began = Date()
        try process.run()
        let watchdog = DispatchWorkItem { process.terminate() }
        DispatchQueue.global().asyncAfter(
            deadline: .now() + minutes * 60 + 120, execute: watchdog)
        let output = String(
            decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        watchdog.cancel()
        let seconds = Date().timeIntervalSince(began)
        let lines = output.split(separator: "\n").map(String.init)
        if process.terminationReason == .uncaughtSignal {
            // A precondition of the product that fires is a catch too: it stops the daemon, loudly.
            return .caught(
                seconds: seconds, seed: "?", by: "crash: \(lines.last ?? "no words")")
        }
        switch process.terminationStatus {
        case 0: return .missed(seconds: seconds, runs: lines.last ?? "")
        case 1:
            let violation = lines.first { $0.hasPrefix("VIOLATION") } ?? lines.first ?? ""
            let replay = lines.first { $0.hasPrefix("replay:") } ?? ""
            return .caught(
                seconds: seconds, seed: replay.split(separator: " ").last.map(String.init) ?? "?",
                by: violation)
        default: return .failed("exit \(process.terminationStatus): \(lines.last ?? "")")
        }
    }

    private static func arguments(minutes: Double, first: Int) -> [String] {
        ["--seeds", "\(first)..1000000000", "--minutes", "\(minutes)", "--jobs", "1"]
    }
}
