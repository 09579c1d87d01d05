import Glibc
import Synchronization
import TestSupport

/// `torture soak|crashes`: the two released executables as processes, for hours, with everything going wrong
/// around them; see the article CrashMatrix in the handbook.
@main
enum Torture {
    /// It was asked to end: it reports what it has and cleans up.
    static let stopped = Atomic<Bool>(false)

    static func demandLife() throws {
        guard !stopped.load(ordering: .relaxed) else { throw Unmet(description: "told to stop") }
    }

    static func main() {
        signal(SIGPIPE, SIG_IGN)
        for number in [SIGTERM, SIGINT] {
            signal(number) { _ in Torture.stopped.store(true, ordering: .relaxed) }
        }
        var code: Int32 = 0
        do {
            let options = try TortureOptions(Array(CommandLine.arguments.dropFirst()))
            switch options.command {
            case "soak": code = try Soak(options).run() ? 0 : 1
            case "crashes": code = try CrashMatrix(options).run() ? 0 : 1
            default: throw Unmet(description: TortureOptions.usage)
            }
        } catch {
            Out.line("torture: \(error)")
            code = 2
        }
        // Only now, when folders are removed and disks are unmounted.
        exit(code)
    }
}

/// Standard output, without a buffer that a kill would swallow.
enum Out {
    static func line(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        // Nobody is left to tell when it is closed.
        _ = write(STDOUT_FILENO, bytes, bytes.count)
    }
}
