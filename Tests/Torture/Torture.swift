import Glibc
import TestSupport

/// `torture soak|crashes`: the two released executables as processes, for hours, with everything going wrong
/// around them; see the article CrashMatrix in the handbook.
@main
enum Torture {
    static func main() {
        signal(SIGPIPE, SIG_IGN)
        do {
            let options = try TortureOptions(Array(CommandLine.arguments.dropFirst()))
            switch options.command {
            case "soak": exit(try Soak(options).run() ? 0 : 1)
            case "crashes": exit(try CrashMatrix(options).run() ? 0 : 1)
            default: throw Unmet(description: TortureOptions.usage)
            }
        } catch {
            Out.line("torture: \(error)")
            exit(2)
        }
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
