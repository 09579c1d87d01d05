internal import Glibc
internal import Operating

/// `lienthongd <command>`: finds the command, reads its words, runs it, and says what went wrong.
package enum CommandTable {
    static let all: [CommandSpec] = [
        RunCommand.spec, DemoCommand.spec, CheckCommand.spec, StatusCommand.spec,
        ExplainCommand.spec,
        QueueCommand.spec, ResyncCommand.spec, SourceCommand.spec, ReloadCommand.spec,
    ]

    /// Runs the command line and returns the exit code; never throws.
    package static func main(_ words: [String]) -> Int32 {
        do {
            return try dispatch(words).rawValue
        } catch {
            // A service manager waits for the daemon's end, and nobody may read its last words.
            Output.complain(
                error, asJSON: words.contains("--json"),
                patience: words.first == RunCommand.spec.name ? 1000 : nil)
            return error.exit.rawValue
        }
    }

    private static func dispatch(_ words: [String]) throws(Trouble) -> ExitCode {
        guard let name = words.first, name != "--help", name != "-h", name != "help" else {
            Output.text(overview)
            return words.isEmpty ? .usage : .ok
        }
        guard let spec = all.first(where: { $0.name == name }) else {
            throw .unknownCommand(name, nearest: Nearest.of(name, among: all.map(\.name)))
        }
        let arguments = try Arguments(Array(words.dropFirst()), for: spec)
        guard !arguments.has("help") else {
            Output.text(spec.help)
            return .ok
        }
        return try spec.run(arguments)
    }

    private static var overview: String {
        var text = """
            lienthongd <command> [options]

              Đưa mọi thay đổi của hồ sơ một cửa đến các hệ thống quốc gia, một lần và đúng thứ tự.
              Delivers every change of a one-stop dossier to the national systems, once and in order.


            """
        for spec in all {
            let padding = String(repeating: " ", count: max(1, 10 - spec.name.count))
            text += "  \(spec.name)\(padding)\(spec.english)\n"
        }
        return text + "\nlienthongd <command> --help\n"
    }
}

/// What a command prints.
enum Output {
    static func text(_ text: String) {
        write(text.hasSuffix("\n") ? text : text + "\n", to: STDOUT_FILENO)
    }

    /// As it is, for files.
    static func raw(_ text: String) { write(text, to: STDOUT_FILENO) }

    static func json(_ bytes: [UInt8]) {
        write(String(decoding: bytes, as: UTF8.self) + "\n", to: STDOUT_FILENO)
    }

    /// - Parameter patience: how many milliseconds may be waited for somebody to read it; nil is for ever.
    static func complain(_ trouble: Trouble, asJSON: Bool, patience: Int32? = nil) {
        write(trouble.description + "\n", to: STDERR_FILENO, patience: patience)
        guard asJSON else { return }
        let json = String(decoding: TroubleJSON.render([trouble]), as: UTF8.self) + "\n"
        write(json, to: STDOUT_FILENO, patience: patience)
    }

    /// Writes all of it; a closed pipe ends the matter, as `| head` expects.
    static func write(_ text: String, to descriptor: Int32, patience: Int32? = nil) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            var piece = rest.count
            if let patience {
                // A pipe that is ready takes so many bytes without waiting.
                piece = min(piece, Int(PIPE_BUF))
                var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                guard poll(&ready, 1, patience) > 0 else { return }
            }
            let count = rest.prefix(piece).withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
