import Foundation

/// Lets the simulation look for one bug: seed after seed, each in a process of its own with one thread.
///
/// A process per seed names the seed of a crash too, bounds each run, and takes along what a run left behind.
struct Hunt {
    /// What became of it.
    enum Result {
        case caught(seconds: Double, trial: Trial, by: String)
        /// - Parameter doubtful: a violation like one of the unharmed code's own, which proves nothing.
        case missed(seconds: Double, runs: Int, doubtful: String?)
        /// The program ended in a way that is neither: a bug that keeps it from starting proves nothing.
        case failed(String)
    }

    let program: URL
    let minutes: Double
    let control: Control

    /// Runs the bug on every clean seed until one catches it or the time is over.
    func run(_ number: Int) throws -> Result {
        let began = Date()
        var runs = 0
        var doubtful: String?
        for trial in control.clean {
            let seconds = Date().timeIntervalSince(began)
            guard seconds < minutes * 60 else { break }
            let end = try OneRun(program: program, number: number, trial: trial).end(
                within: control.patience(with: trial))
            runs += 1
            switch end {
            case .clean: continue
            case .broken(let promise):
                guard !control.knows(promise) else {
                    doubtful = doubtful ?? "seed \(trial): \(promise)"
                    continue
                }
                return .caught(
                    seconds: Date().timeIntervalSince(began), trial: trial, by: promise)
            case .crashed(let word):
                // A precondition of the product that fires is a catch too: it stops the daemon, loudly.
                return .caught(
                    seconds: Date().timeIntervalSince(began), trial: trial,
                    by: "crash: \(word)")
            case .endless:
                // The unharmed code has ended on this seed, and in a small part of that time.
                return .caught(
                    seconds: Date().timeIntervalSince(began), trial: trial, by: "does not end")
            case .failed(let reason): return .failed(reason)
            }
        }
        return .missed(
            seconds: Date().timeIntervalSince(began), runs: runs, doubtful: doubtful)
    }
}
