import Foundation
import Glibc
import Postgres

/// A PostgreSQL server of a test process's own, in a temporary folder, without a network address.
package final class TestCluster: @unchecked Sendable {
    // Nothing changes after `init` but the server itself, which callers stop and start one at a time.
    private let directory: String
    private let options: String
    private static let programs = "/usr/lib/postgresql/15/bin"

    /// One server for the whole process, started when it is first asked for and stopped at its end.
    package static func shared() throws -> TestCluster { try sharedResult.get() }

    private static let sharedResult = Result {
        let cluster = try TestCluster()
        atexit { TestCluster.stopShared() }
        return cluster
    }

    private static func stopShared() {
        guard case .success(let cluster) = sharedResult else { return }
        cluster.remove()
    }

    package struct Failure: Error, CustomStringConvertible {
        package var description: String
    }

    /// - Parameter options: the server's own, such as `-c max_prepared_transactions=5`.
    package convenience init(options: String = "") throws {
        try self.init(settings: options)
        try server(
            "initdb",
            [
                "-D", "\(directory)/data", "-U", "postgres", "-A", "trust", "-E", "UTF8",
                "--locale=C.UTF-8", "--no-sync", "--no-instructions",
            ])
        try start()
    }

    /// A standby of another server, which replays what that one does.
    package convenience init(standbyOf primary: TestCluster) throws {
        try self.init(settings: primary.options)
        try server(
            "pg_basebackup",
            [
                "-D", "\(directory)/data", "-R", "-X", "stream", "-c", "fast", "--no-sync", "-d",
                primary.conninfo("postgres"),
            ])
        try start()
    }

    private init(settings: String) throws {
        options = settings
        guard FileManager.default.isExecutableFile(atPath: "\(TestCluster.programs)/initdb") else {
            throw Failure(
                description: "PostgreSQL 15 is missing; install it with: apt-get install postgresql"
            )
        }
        var template = Array("/tmp/lienthongd-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure(description: "mkdtemp failed") }
        directory = template.withUnsafeBufferPointer { buffer in
            String(decoding: buffer.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        if TestCluster.isRoot { try TestCluster.run("chown", ["postgres", directory]) }
        try watch()
    }

    /// Makes a standby a primary.
    package func promote() throws {
        try server("pg_ctl", ["-D", "\(directory)/data", "-w", "promote"])
    }

    /// Stops the server and removes its folder when this process was killed before it could.
    private func watch() throws {
        let script = """
            while kill -0 "$1" 2>/dev/null && [ -d "$2" ]; do sleep 1; done
            [ -d "$2" ] || exit 0
            for pid in "$2"/pooler*.pid; do [ -f "$pid" ] && kill -KILL "$(cat "$pid")"; done
            server=$(head -n 1 "$2/data/postmaster.pid" 2>/dev/null) && kill -QUIT "$server"
            sleep 1
            rm -rf "$2"
            """
        try TestCluster.run(
            "setsid", ["--fork", "sh", "-c", script, "watch", String(getpid()), directory])
    }

    package func start() throws {
        try server(
            "pg_ctl",
            [
                "-D", "\(directory)/data", "-l", "\(directory)/log", "-w", "-t", "60", "-o",
                "-k \(directory) -c listen_addresses='' -c fsync=off -c max_connections=60 "
                    + "\(options)",
                "start",
            ])
    }

    /// - Parameter mode: `fast` ends sessions, `immediate` is a crash.
    package func stop(mode: String = "fast") throws {
        try server("pg_ctl", ["-D", "\(directory)/data", "-w", "-m", mode, "stop"])
    }

    /// A pooler in front of this server with one connection to it, which all its clients share.
    ///
    /// - Parameter mode: `transaction` or `session`; in neither is a session of the server swept clean for the
    ///   next client.
    package func makePooler(mode: String) throws -> TestPooler {
        let pooler = TestPooler(directory: directory, mode: mode)
        try pooler.settings.write(toFile: pooler.file("ini"), atomically: true, encoding: .utf8)
        guard FileManager.default.isExecutableFile(atPath: TestPooler.program) else {
            throw Failure(
                description: "pgbouncer is missing; install it with: apt-get install pgbouncer")
        }
        let words = ["-d", "-q", pooler.file("ini")]
        if TestCluster.isRoot {
            try TestCluster.run("chmod", ["644", pooler.file("ini")])
            try TestCluster.run(
                "runuser", ["-u", "postgres", "--", TestPooler.program] + words)
        } else {
            try TestCluster.run(TestPooler.program, words)
        }
        try pooler.awaitStart()
        return pooler
    }

    /// Makes the server a read-only standby that waits for a primary which never comes.
    package func becomeStandby() throws {
        try stop()
        let signal = "\(directory)/data/standby.signal"
        guard FileManager.default.createFile(atPath: signal, contents: nil) else {
            throw Failure(description: "\(signal) cannot be made")
        }
        if TestCluster.isRoot { try TestCluster.run("chown", ["postgres", signal]) }
        try start()
    }

    /// Makes a standby a server of its own again, with what it had.
    package func becomePrimary() throws {
        try stop()
        try FileManager.default.removeItem(atPath: "\(directory)/data/standby.signal")
        try start()
    }

    /// Copies the files of a server that is stopped, as a volume's snapshot does.
    package func takeSnapshot() throws {
        try TestCluster.run("rm", ["-rf", "\(directory)/snapshot"])
        try TestCluster.run("cp", ["-a", "\(directory)/data", "\(directory)/snapshot"])
    }

    /// Puts the copy in the place of the files of a server that is stopped.
    package func restoreSnapshot() throws {
        try TestCluster.run("rm", ["-rf", "\(directory)/data"])
        try TestCluster.run("cp", ["-a", "\(directory)/snapshot", "\(directory)/data"])
    }

    /// Stops the server and removes its folder.
    package func remove() {
        try? stop(mode: "immediate")
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// How to connect to a database of this server.
    package func conninfo(_ database: String, user: String = "postgres") -> String {
        "host=\(directory) user=\(user) dbname=\(database)"
    }

    /// A new database with the tables of a file.
    ///
    /// - Parameter options: words after its name, such as `ENCODING 'SQL_ASCII'`.
    /// - Returns: how to connect to it.
    package func makeDatabase(schema path: String? = nil, options: String = "") throws -> String {
        let name = "test_\(UUID().uuidString.lowercased().replacing("-", with: ""))"
        let maintenance = try PostgresConnection(conninfo("postgres"), readOnly: false)
        try maintenance.execute("CREATE DATABASE \(name) \(options)")
        guard let path else { return conninfo(name) }
        let connection = try PostgresConnection(conninfo(name), readOnly: false)
        try connection.execute(String(contentsOfFile: path, encoding: .utf8))
        return conninfo(name)
    }

    private static var isRoot: Bool { getuid() == 0 }

    /// Runs one of the server's programs; it refuses to run as root.
    private func server(_ program: String, _ arguments: [String]) throws {
        let path = "\(TestCluster.programs)/\(program)"
        if TestCluster.isRoot {
            try TestCluster.run("runuser", ["-u", "postgres", "--", path] + arguments)
        } else {
            try TestCluster.run(path, arguments)
        }
    }

    /// Foundation's `Process` waits for every heir of its descriptors, and the server is one.
    private static func run(_ program: String, _ arguments: [String]) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor in Int32(0)...2 {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
        }
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
        words.append(nil)
        defer { words.forEach { free($0) } }
        var child: pid_t = 0
        guard posix_spawnp(&child, program, &actions, nil, words, environ) == 0 else {
            throw Failure(description: "\(program) cannot be started")
        }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        guard status == 0 else {
            throw Failure(
                description: "\(program) \(arguments.first ?? "") failed; see \(arguments)")
        }
    }
}
