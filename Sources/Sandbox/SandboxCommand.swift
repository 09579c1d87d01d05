internal import Glibc

/// `lienthong-sandbox COMMAND …`: the far sides of the daemon, for the demo, for training and for tests.
package enum SandboxCommand {
    static let usage = """
        lienthong-sandbox COMMAND [options]

          portal    serve the national portal and the population database on loopback
          onestop   make a one-stop database, and be the office at work in it
          compare   compare a one-stop database with what the portal holds, dossier by dossier

        lienthong-sandbox COMMAND --help tells the options.

        """

    /// - Parameter arguments: without the program's own name.
    /// - Returns: the exit code, after `sysexits.h`.
    package static func main(arguments: [String]) -> Int32 {
        let rest = Array(arguments.dropFirst())
        switch arguments.first {
        case "portal": return PortalCommand.run(rest)
        case "onestop": return OneStopCommand.run(rest)
        case "compare": return CompareCommand.run(rest)
        case "--help", "-h", "help":
            Terminal.say(usage)
            return 0
        default:
            Terminal.complain(usage)
            return EX_USAGE
        }
    }
}
