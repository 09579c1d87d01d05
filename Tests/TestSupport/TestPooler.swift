import Foundation
import Glibc

/// A pgbouncer in front of a ``TestCluster``, stopped with its owner or at the latest with the test process.
package final class TestPooler {
    private let directory: String
    private let name: String
    private let mode: String

    static let program = "/usr/sbin/pgbouncer"

    init(directory: String, mode: String) {
        self.directory = directory
        self.mode = mode
        name = "pooler-\(UUID().uuidString.prefix(8))"
    }

    deinit { stop() }

    func file(_ ending: String) -> String { "\(directory)/\(name).\(ending)" }

    /// A port is a socket's name in the server's folder; by it several poolers keep apart.
    private var port: Int {
        10_000 + Int(name.utf8.reduce(0) { ($0 &* 31 &+ UInt32($1)) % 50_000 })
    }

    var settings: String {
        """
        [databases]
        * = host=\(directory) user=postgres
        [pgbouncer]
        unix_socket_dir = \(directory)
        listen_port = \(port)
        pidfile = \(file("pid"))
        logfile = \(file("log"))
        auth_type = any
        pool_mode = \(mode)
        default_pool_size = 1
        server_reset_query =
        """
    }

    func awaitStart() throws {
        let socket = "\(directory)/.s.PGSQL.\(port)"
        for _ in 0..<3000 {
            if access(socket, F_OK) == 0 { return }
            usleep(10_000)
        }
        throw TestCluster.Failure(description: "pgbouncer has not started; see \(file("log"))")
    }

    package func conninfo(_ database: String) -> String {
        "host=\(directory) port=\(port) user=postgres dbname=\(database)"
    }

    package func stop() {
        guard let text = try? String(contentsOfFile: file("pid"), encoding: .utf8),
            let id = pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines))
        else { return }
        kill(id, SIGKILL)
    }
}
