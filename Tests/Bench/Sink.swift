import Foundation

/// Debian's nginx as the far side: takes every POST and says what the portal says when all is well.
///
/// It stores nothing, so what is measured is the sender.
final class Sink {
    let plain: String
    let secure: String
    /// Like ``plain``, with a line for every request in a file.
    let counted: String
    private let countedLog: String
    private let nginx: Program
    private let port: UInt16
    /// Questions about the count, which nginx counts as well.
    private var asked = 0

    init(_ lab: Lab) throws {
        let folder = lab.folder("nginx")
        let ports = (try Sink.freePort(), try Sink.freePort(), try Sink.freePort())
        countedLog = "\(folder)/lengths"
        _ = try Program.run(
            [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "\(folder)/key.pem", "-out",
                "\(folder)/cert.pem", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
                "subjectAltName=IP:127.0.0.1",
            ], in: folder)
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
            "\($0)_temp_path \(folder)/\($0);"
        }.joined(separator: "\n")
        let user = geteuid() == 0 ? "user root;" : ""
        // The login and the data calls of the portal's contract; anything else is data too.
        let answers = """
            keepalive_requests 100000000;
            keepalive_timeout 3600s;
            client_max_body_size 16m;
            client_body_buffer_size 1m;
            default_type application/json;
            location /VXPAdapter/RestService/forward/mapi/login {
                return 200 '{"error_code":"0","message":"Thành công","session":"sink"}';
            }
            location = /status { stub_status; }
            location / { return 200 '{"error_code":"0","message":"Thành công"}'; }
            """
        try Text.write(
            "\(folder)/nginx.conf",
            """
            daemon off;
            worker_processes 1;
            \(user)
            pid \(folder)/nginx.pid;
            error_log \(folder)/error.log;
            events { worker_connections 4096; }
            http {
                access_log off;
                \(temporary)
                http2_max_requests 100000000;
                log_format lengths '$http_content_length';
                server {
                    listen 127.0.0.1:\(ports.2);
                    access_log \(countedLog) lengths;
                    \(answers)
                }
                server { listen 127.0.0.1:\(ports.0); \(answers) }
                server {
                    listen 127.0.0.1:\(ports.1) ssl http2;
                    ssl_certificate \(folder)/cert.pem;
                    ssl_certificate_key \(folder)/key.pem;
                    \(answers)
                }
            }
            """)
        plain = "http://127.0.0.1:\(ports.0)"
        counted = "http://127.0.0.1:\(ports.2)"
        secure = "https://127.0.0.1:\(ports.1)"
        authority = "\(folder)/cert.pem"
        port = ports.0
        nginx = try Program(
            ["nginx", "-e", "\(folder)/error.log", "-p", folder, "-c", "\(folder)/nginx.conf"],
            in: folder)
        for _ in 0..<200 {
            if Sink.listens(ports.0), Sink.listens(ports.1) { return }
            usleep(20_000)
        }
        throw Broken(description: "nginx does not listen: \(nginx.words)")
    }

    /// The certificate that its TLS side shows.
    let authority: String

    func stop() { nginx.stop(SIGQUIT) }

    static func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard bound else { throw Broken(description: "no free port") }
        return UInt16(bigEndian: address.sin_port)
    }

    /// What came in at ``counted`` so far, by the lengths that the requests gave: nginx itself counts no byte of
    /// a body that it answers without reading.
    func countedBytes() throws -> (requests: Int, bytes: Int) {
        let lengths = (Text.read(countedLog) ?? "").split(separator: "\n").compactMap { Int($0) }
        return (lengths.count, lengths.reduce(0, +))
    }

    private static func listens(_ port: UInt16) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        return connects(descriptor, port)
    }

    static func connects(_ descriptor: Int32, _ port: UInt16) -> Bool {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = port.bigEndian
        return withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    /// How many requests it has answered so far, by its own count.
    func requests() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        guard Sink.connects(descriptor, port) else { throw Broken(description: "nginx is gone") }
        let question = Array("GET /status HTTP/1.0\r\n\r\n".utf8)
        guard write(descriptor, question, question.count) == question.count else {
            throw Broken(description: "nginx does not listen")
        }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let count = read(descriptor, &buffer, buffer.count), count > 0 {
            answer.append(contentsOf: buffer[0..<count])
        }
        // "server accepts handled requests" and, on the next line, the three numbers.
        let lines = String(decoding: answer, as: UTF8.self).split(separator: "\n")
        guard let index = lines.firstIndex(where: { $0.contains("accepts handled") }),
            let count = lines[index + 1].split(separator: " ").last.flatMap({ Int($0) })
        else { throw Broken(description: "nginx does not count") }
        asked += 1
        return count - asked
    }
}
