import Foundation
import Synchronization

/// What the unharmed code does on the seeds: a bug counts as caught only on a seed that is clean without it,
/// and only by a promise that the unharmed code does not break on another seed: a bug shifts everything
/// that is drawn after it, so that it may walk into a fault that was there before.
struct Control {
    var clean: [Trial] = []
    /// How long each of those took.
    private var seconds: [Trial: Double] = [:]
    /// The seeds that broke, and by what.
    var broken: [(trial: Trial, promise: String)] = []

    /// Runs number 0 on every seed.
    static func run(_ program: URL, trials: [Trial], jobs: Int) throws -> Control {
        let state = Mutex((next: 0, control: Control(), reason: String?.none))
        DispatchQueue.concurrentPerform(iterations: jobs) { _ in
            while true {
                let trial = state.withLock { state -> Trial? in
                    guard state.next < trials.count, state.reason == nil else { return nil }
                    state.next += 1
                    return trials[state.next - 1]
                }
                guard let trial else { return }
                let run = OneRun(program: program, number: 0, trial: trial)
                let began = Date()
                let end = Swift.Result { try run.end(within: 300) }
                let seconds = Date().timeIntervalSince(began)
                state.withLock { state in
                    switch end {
                    case .success(.clean):
                        state.control.clean.append(trial)
                        state.control.seconds[trial] = seconds
                    case .success(.broken(let promise)):
                        state.control.broken.append((trial, promise))
                    case .success(.crashed(let word)):
                        state.control.broken.append((trial, "crash: \(word)"))
                    case .success(.endless): state.control.broken.append((trial, "did not end"))
                    case .success(.failed(let reason)): state.reason = reason
                    case .failure(let error): state.reason = "\(error)"
                    }
                }
            }
        }
        return try state.withLock { state in
            if let reason = state.reason { throw Garden.Barren(reasons: [reason]) }
            state.control.clean.sort()
            state.control.broken.sort { $0.trial < $1.trial }
            return state.control
        }
    }

    /// How long a bug may take over a seed before it counts as one that does not end: far longer than the
    /// unharmed code took, however busy the machine has become since.
    func patience(with trial: Trial) -> Double { max(60, 20 * (seconds[trial] ?? 0)) }

    /// Whether the unharmed code breaks a promise of the same kind on some seed.
    func knows(_ promise: String) -> Bool {
        let kind = Control.kind(promise)
        return broken.contains { Control.kind($0.promise) == kind }
    }

    /// The promise without what differs from run to run: its first words, numbers left out.
    static func kind(_ promise: String) -> String {
        let letters = promise.filter { !$0.isNumber }
        return letters.split(separator: " ").prefix(8).joined(separator: " ")
    }
}
