import Glibc

/// What one run of a program cost.
struct Measured {
    /// Wall time from start to end, in seconds.
    var seconds: Double
    /// User and system time of the program and the children it waited for, in seconds.
    var cpu: Double
    var output: String
}

/// A program that ended badly, with its last words.
struct Broken: Error, CustomStringConvertible {
    var description: String
}

/// Programs of the benchmark's own, each measured by the kernel.
final class Program {
    let id: pid_t
    private let began: Double
    private let output: String
    private var ended = false

    /// - Parameter folder: where its output goes; a file of its own for every program.
    init(_ words: [String], in folder: String, environment: [String] = []) throws {
        output = "\(folder)/\(Program.nextName()).out"
        var files = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&files)
        defer { posix_spawn_file_actions_destroy(&files) }
        posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        let flags = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, output, flags, 0o600)
        posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO)
        var arguments = words.map { strdup($0) } + [nil]
        var variables =
            (environment + ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", "HOME=/root"])
            .map { strdup($0) } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var id = pid_t()
        began = Program.now()
        let result = posix_spawnp(&id, words[0], &files, nil, &arguments, &variables)
        guard result == 0 else {
            throw Broken(description: "\(words[0]): \(String(cString: strerror(result)))")
        }
        self.id = id
    }

    deinit { stop(SIGKILL) }

    /// Runs a program to its end.
    static func run(
        _ words: [String], in folder: String, environment: [String] = [], accepting: [Int32] = [0]
    ) throws -> Measured {
        try Program(words, in: folder, environment: environment).wait(accepting: accepting)
    }

    /// Waits for the end.
    func wait(accepting: [Int32] = [0]) throws -> Measured {
        var status: Int32 = 0
        var usage = rusage()
        while wait4(id, &status, 0, &usage) < 0, errno == EINTR {}
        ended = true
        let seconds = Program.now() - began
        let code = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
        let text = words
        guard accepting.contains(code) else {
            throw Broken(description: "a program ended with \(code): \(text.suffix(600))")
        }
        return Measured(
            seconds: seconds,
            cpu: Program.seconds(usage.ru_utime) + Program.seconds(usage.ru_stime),
            output: text)
    }

    /// What it has printed so far.
    var words: String {
        guard let file = fopen(output, "r") else { return "" }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
            bytes.append(contentsOf: buffer[0..<count])
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// When the program first said a word, looked for every two milliseconds.
    func moment(when word: String, within seconds: Double) throws -> Double {
        let deadline = Program.now() + seconds
        while Program.now() < deadline {
            let now = Program.now()
            if words.contains(word) { return now }
            usleep(2000)
        }
        throw Broken(description: "not within \(seconds) s: \(word); \(words.suffix(300))")
    }

    func signal(_ number: Int32) { if !ended { kill(id, number) } }

    func stop(_ number: Int32 = SIGTERM) {
        guard !ended else { return }
        kill(id, number)
        var status: Int32 = 0
        while waitpid(id, &status, 0) < 0, errno == EINTR {}
        ended = true
    }

    /// CPU that it has used so far, in seconds; 0 when it is gone.
    var cpuSoFar: Double {
        guard let text = Text.read("/proc/\(id)/stat") else { return 0 }
        let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
        guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13])
        else { return 0 }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Its resident set now, in MiB.
    var residentMiB: Double { memory("VmRSS:") }

    /// Its largest resident set so far, in MiB. Not what `wait4` says, which counts the page tables that a
    /// program shared with us before it became one of its own.
    var peakMiB: Double { memory("VmHWM:") }

    private func memory(_ name: String) -> Double {
        let lines = (Text.read("/proc/\(id)/status") ?? "").split(separator: "\n")
        let fields = lines.first { $0.hasPrefix(name) }?.split(whereSeparator: \.isWhitespace)
        return (fields?.dropFirst().first.flatMap { Double($0) } ?? 0) / 1024
    }

    static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func seconds(_ value: timeval) -> Double {
        Double(value.tv_sec) + Double(value.tv_usec) / 1e6
    }

    // Only the main thread starts programs.
    nonisolated(unsafe) private static var count = 0
    private static func nextName() -> String {
        count += 1
        return "program-\(count)"
    }
}
