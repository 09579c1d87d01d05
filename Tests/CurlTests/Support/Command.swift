import Foundation
import Glibc

/// A program that a test runs to its end, or starts and stops by its id.
enum Command {
    struct Failed: Error, CustomStringConvertible {
        var description: String
    }

    static func run(_ arguments: [String]) throws {
        let status = try Running(arguments).wait()
        guard status == 0 else {
            throw Failed(description: "\(arguments.joined(separator: " ")): \(status)")
        }
    }

    /// The path of an installed program; a failure that says how to install it when it is missing.
    static func path(_ name: String, package: String) throws -> String {
        for folder in ["/usr/sbin", "/usr/bin", "/sbin", "/bin"] {
            let path = "\(folder)/\(name)"
            if FileManager.default.isExecutableFile(atPath: path) { return path }
        }
        throw Failed(description: "\(name) is missing: apt-get install \(package)")
    }
}

/// A program under way, ended by its own id when the test lets go of it.
///
/// Not Foundation's `Process`: a program inherits the signal mask of the thread that starts it, and the
/// threads that run tests block SIGTERM, which would then never end the program.
final class Running {
    private var id = pid_t()
    private var status: Int32?

    init(_ arguments: [String]) throws {
        var files = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&files)
        defer { posix_spawn_file_actions_destroy(&files) }
        for descriptor in 0...2 {
            posix_spawn_file_actions_addopen(&files, Int32(descriptor), "/dev/null", O_RDWR, 0)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var words = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        let result = posix_spawn(&id, arguments[0], &files, &attributes, &words, environ)
        guard result == 0 else {
            throw Command.Failed(
                description: "\(arguments[0]): \(String(cString: strerror(result)))")
        }
    }

    deinit { stop() }

    var isRunning: Bool { reap(WNOHANG) == nil }

    /// Waits for the end; the exit status, or 128 and the signal.
    func wait() -> Int32 { reap(0) ?? -1 }

    func stop() {
        guard isRunning else { return }
        kill(id, SIGTERM)
        _ = wait()
    }

    private func reap(_ options: Int32) -> Int32? {
        if let status { return status }
        var raw: Int32 = 0
        guard waitpid(id, &raw, options) == id else { return nil }
        status = raw & 0x7F == 0 ? raw >> 8 & 0xFF : 128 + raw & 0x7F
        return status
    }
}

/// A folder of one test's own, removed with it.
final class TemporaryFolder: Sendable {
    let root: String

    init() throws {
        root = NSTemporaryDirectory() + "lienthong-curl-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    func path(_ name: String) -> String { "\(root)/\(name)" }

    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        try text.write(toFile: path(name), atomically: false, encoding: .utf8)
        return path(name)
    }

    func read(_ name: String) throws -> [UInt8] {
        try Array(Data(contentsOf: URL(fileURLWithPath: path(name))))
    }
}
