import Glibc

/// Debian's nginx in the foreground on a random loopback port, from a configuration of the test's own.
final class Nginx {
    let port: UInt16
    private let process: Running
    private let folder: TemporaryFolder

    /// - Parameter server: directives of the one TLS server, after `listen`, certificate and key.
    init(
        certificate: (certificate: String, key: String), http2: Bool = false, server: String
    ) throws {
        let nginx = try Command.path("nginx", package: "nginx")
        let folder = try TemporaryFolder()
        // The kernel picks a free port; nobody else on this machine's loopback asks for that one at once.
        let (descriptor, port) = try listenOnLoopback(backlog: -1)
        close(descriptor)
        let user = geteuid() == 0 ? "user root;" : ""
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
            "\($0)_temp_path \(folder.path($0));"
        }.joined(separator: "\n")
        try folder.write(
            "nginx.conf",
            """
            daemon off;
            master_process off;
            \(user)
            pid \(folder.path("nginx.pid"));
            error_log \(folder.path("error.log"));
            events { worker_connections 512; }
            http {
                access_log off;
                \(temporary)
                keepalive_requests 1000000;
                server {
                    listen 127.0.0.1:\(port) ssl\(http2 ? " http2" : "");
                    ssl_certificate \(certificate.certificate);
                    ssl_certificate_key \(certificate.key);
                    \(server)
                }
            }
            """)
        self.folder = folder
        self.port = port
        process = try Running([
            nginx, "-e", folder.path("error.log"), "-p", folder.root, "-c",
            folder.path("nginx.conf"),
        ])
        try waitUntilListening()
    }

    func url(_ path: String = "/", host: String = "127.0.0.1") -> String {
        "https://\(host):\(port)\(path)"
    }

    func stop() { process.stop() }

    /// Knocks until nginx answers; fails with nginx's own words when it ends instead.
    private func waitUntilListening() throws {
        while process.isRunning {
            let descriptor = connectToLoopback(port)
            var address = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let connected = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    getpeername(descriptor, $0, &length) == 0
                }
            }
            close(descriptor)
            if connected { return }
            usleep(2000)
        }
        let words =
            (try? folder.read("error.log")).map { String(decoding: $0, as: UTF8.self) } ?? ""
        throw Command.Failed(description: "nginx ended: \(words)")
    }
}
