internal import Glibc
internal import Operating

/// A program that the demo starts and always ends again.
///
/// Confined to the thread that made it.
final class ChildProcess {
    let name: String
    private let pid: pid_t
    private var status: Int32?

    /// Starts a program with its output appended to a file.
    ///
    /// The child dies with us only if we end it: `stop` is called on every way out of the demo.
    init(name: String, program: String, arguments: [String], output: String) throws(Trouble) {
        self.name = name
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(
            &actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A group of its own, so that the terminal's ^C reaches us alone and we end it in order;
        // and an empty signal mask, for ours is inherited.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        var pid: pid_t = 0
        let result = posix_spawn(&pid, program, &actions, &attributes, words, environ)
        guard result == 0 else {
            throw .demoCannotStart(name, reason: String(cString: strerror(result)))
        }
        self.pid = pid
    }

    /// The exit status once the program has ended by itself; nil while it runs.
    var exitStatus: Int32? {
        if status == nil {
            var raw: Int32 = 0
            if waitpid(pid, &raw, WNOHANG) == pid { status = ChildProcess.decode(raw) }
        }
        return status
    }

    func signal(_ number: Int32) {
        guard exitStatus == nil else { return }
        kill(pid, number)
    }

    /// Asks the program to end, and ends it when it has not within the time.
    func stop(withinMilliseconds limit: Int = 10_000) {
        signal(SIGTERM)
        for _ in 0..<(limit / 20) {
            guard exitStatus == nil else { return }
            usleep(20_000)
        }
        signal(SIGKILL)
        var raw: Int32 = 0
        if status == nil, waitpid(pid, &raw, 0) == pid { status = ChildProcess.decode(raw) }
    }

    /// Waits for a program that ends by itself.
    func wait(withinMilliseconds limit: Int) -> Int32? {
        for _ in 0..<(limit / 20) {
            if let status = exitStatus { return status }
            usleep(20_000)
        }
        return nil
    }

    /// Resident memory in KiB, as `/proc` gives it; nil when the program has ended.
    var residentKiB: Int64? {
        guard let bytes = readFile("/proc/\(pid)/status") else { return nil }
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        where line.hasPrefix("VmRSS:") {
            return line.split(separator: " ").compactMap { Int64($0) }.first
        }
        return nil
    }

    private static func decode(_ raw: Int32) -> Int32 {
        raw & 0x7F == 0 ? (raw >> 8) & 0xFF : 128 + (raw & 0x7F)
    }
}
