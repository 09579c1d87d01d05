import Foundation
package import Glibc

/// How a program ended and what it said.
package struct Finished {
    /// The exit code; 128 and the signal's number when a signal ended it.
    package var status: Int32
    package var output: String
    package var errors: String
}

/// A program that a test started, with its output in two files; ended by its id, at the latest when the test
/// lets go of it.
///
/// Not Foundation's `Process`: a child inherits the signal mask of the thread that starts it, and a test's
/// thread may block the very signals that the daemon is sent.
package final class Child {
    package let words: [String]
    package let id: pid_t
    private let outputPath: String
    private let errorPath: String
    /// Kept as long as the files in it are wanted.
    private let scratch: Scratch
    private var status: Int32?

    /// - Parameters:
    ///   - program: another program than `lienthongd`.
    ///   - user: the user to run as, for what root may do and others may not.
    ///   - environment: `NAME=value`, beside the few that every child gets.
    ///   - log: a file for all that it says, added to; otherwise each of its two streams has a file of its own.
    ///   - isBound: ends it when the thread that starts it ends, even by a kill.
    package init(
        _ words: [String], in scratch: Scratch, program given: String? = nil, user: uid_t? = nil,
        environment more: [String] = [], log: String? = nil, isBound: Bool = false
    ) throws {
        self.words = words
        self.scratch = scratch
        let name = scratch.nextName()
        outputPath = log ?? "\(scratch.path)/\(name).out"
        errorPath = log ?? "\(scratch.path)/\(name).err"
        var program = [try given ?? Program.path.get()] + words
        if let user {
            program =
                [
                    "/usr/bin/setpriv", "--reuid=\(user)", "--regid=\(user)", "--clear-groups",
                ] + program
        }
        if isBound { program = ["/usr/bin/setpriv", "--pdeathsig", "KILL"] + program }
        var files = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&files)
        defer { posix_spawn_file_actions_destroy(&files) }
        posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        let flags = O_WRONLY | O_CREAT | O_APPEND
        posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, outputPath, flags, 0o600)
        posix_spawn_file_actions_addopen(&files, STDERR_FILENO, errorPath, flags, 0o600)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var arguments = Child.copies(program)
        // Nothing of ours that a service manager set for the tests. The first of a name counts.
        let planted = getenv("LIENTHONG_PLANTED").map {
            ["LIENTHONG_PLANTED=" + String(cString: $0)]
        }
        var environment = Child.copies(
            more + (planted ?? []) + [
                "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "USER=operator", "LANG=C.UTF-8",
            ])
        defer { for text in arguments + environment { free(text) } }
        var id = pid_t()
        let result = posix_spawn(
            &id, program[0], &files, &attributes, &arguments, &environment)
        guard result == 0 else {
            throw Unmet(description: "\(program[0]): \(String(cString: strerror(result)))")
        }
        self.id = id
    }

    deinit { stop(SIGKILL) }

    /// C strings with a null at the end; whoever asks for them frees them.
    private static func copies(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
        texts.map { strdup($0) } + [nil]
    }

    package var output: String { Scratch.text(outputPath) }
    package var errors: String { Scratch.text(errorPath) }

    package var isRunning: Bool {
        guard status == nil else { return false }
        var raw: Int32 = 0
        if waitpid(id, &raw, WNOHANG) == id {
            status = raw & 0x7F == 0 ? raw >> 8 & 0xFF : 128 + raw & 0x7F
        }
        return status == nil
    }

    package func signal(_ number: Int32) {
        if isRunning { kill(id, number) }
    }

    /// Waits for the end.
    package func end(within seconds: Double = 60) async throws -> Finished {
        try await eventually(
            "\(words.prefix(3)) ends", within: seconds, atMostEvery: .milliseconds(40)
        ) { !isRunning }
        return Finished(status: status ?? -1, output: output, errors: errors)
    }

    /// Asks to stop and waits.
    package func terminate(within seconds: Double = 90) async throws -> Finished {
        signal(SIGTERM)
        return try await end(within: seconds)
    }

    /// Waits for the end on a thread that may wait; nil when it still runs.
    package func wait(within seconds: Double) -> Finished? {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while isRunning {
            guard ContinuousClock.now < deadline else { return nil }
            usleep(2000)
        }
        return Finished(status: status ?? -1, output: output, errors: errors)
    }

    /// How it ended; nil while it runs.
    package var exitStatus: Int32? { isRunning ? nil : status }

    /// Removes its two files, for programs that are started thousands of times.
    package func forget() {
        unlink(outputPath)
        unlink(errorPath)
    }

    /// Sends the signal and waits for what cannot take long.
    package func stop(_ number: Int32) {
        guard isRunning else { return }
        kill(id, number)
        var raw: Int32 = 0
        while waitpid(id, &raw, 0) < 0, errno == EINTR {}
        status = 128 + number
    }
}

/// Asks again and again until the answer is yes.
///
/// - Throws: ``Unmet`` with the wish when the time is over.
package func eventually(
    _ wish: @autoclosure () -> String, within seconds: Double = 60,
    atMostEvery longestPause: Duration = .milliseconds(400), _ isSo: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    // A hundred tests that ask every few milliseconds, each by a program of its own, keep one another from
    // what they wait for: who has waited long asks less often.
    var pause = Duration.milliseconds(10)
    while true {
        if try await isSo() { return }
        guard ContinuousClock.now < deadline else {
            throw Unmet(description: "not within \(seconds) s: \(wish())")
        }
        try await Task.sleep(for: pause)
        pause = min(pause * 5 / 4, longestPause)
    }
}
