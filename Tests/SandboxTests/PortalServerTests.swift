import Foundation
import Glibc
import Operating
import Testing
import Wire

@testable import Sandbox

@Suite("The sandbox as a server", .timeLimit(.minutes(2)))
struct PortalServerTests {
    /// A folder with a test authority, a server's pair and a client's pair, all made by openssl.
    final class Certificates {
        let folder: URL

        init() throws {
            folder = FileManager.default.temporaryDirectory
                .appendingPathComponent("sandbox-tls-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
            let made = try Shell.run(
                """
                set -e; cd '\(folder.path)'
                openssl req -x509 \(key) -subj /CN=ca -keyout ca.key -out ca.pem
                for name in server client; do
                openssl req \(key) -subj /CN=$name -keyout $name.key -out $name.csr
                printf 'subjectAltName=IP:127.0.0.1\\n' > $name.ext
                openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial \
                -days 2 -extfile $name.ext -out $name.pem
                done
                """)
            try #require(made.status == 0, "needs openssl: apt-get install openssl")
        }

        deinit { try? FileManager.default.removeItem(at: folder) }

        func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
    }

    private func settings() -> PortalSettings {
        PortalSettings(catalogue: PortalHarness.catalogue, people: PortalHarness.people)
    }

    @Test("speaks TLS, and asks for a client's certificate when told so")
    func tls() throws {
        let files = try Certificates()
        var http = HTTPServerSettings()
        http.certificateFile = files.path("server.pem")
        http.keyFile = files.path("server.key")
        let plain = try PortalServer(settings(), http: http)
        defer { plain.stop() }
        #expect(plain.baseURL.hasPrefix("https://"))
        let curl = "curl -s --max-time 10 --cacert '\(files.path("ca.pem"))'"
        let answer = try Shell.run("\(curl) \(plain.baseURL)/sandbox/health")
        #expect(answer.output == #"{"status":"ok"}"#)

        http.clientAuthorityFile = files.path("ca.pem")
        let mutual = try PortalServer(settings(), http: http)
        defer { mutual.stop() }
        #expect(try Shell.run("\(curl) \(mutual.baseURL)/sandbox/health").status != 0)
        let pair = "--cert '\(files.path("client.pem"))' --key '\(files.path("client.key"))'"
        let known = try Shell.run("\(curl) \(pair) \(mutual.baseURL)/sandbox/health")
        #expect(known.output == #"{"status":"ok"}"#)
        // A certificate of its own making is no certificate.
        let stranger = try Certificates()
        let own =
            "--cert '\(stranger.path("client.pem"))' --key '\(stranger.path("client.key"))'"
        #expect(try Shell.run("\(curl) \(own) \(mutual.baseURL)/sandbox/health").status != 0)
    }

    @Test("says what is wrong with a port, an address or a certificate")
    func troubles() throws {
        let first = try PortalServer(settings())
        defer { first.stop() }
        var taken = HTTPServerSettings()
        taken.port = first.port
        #expect { try PortalServer(settings(), http: taken) } throws: {
            let trouble = $0 as? Trouble
            return trouble?.code == "LT-7004" && trouble?.fix.contains("--port 0") == true
        }
        // The port that the cure names lets the system choose.
        taken.port = 0
        let other = try PortalServer(settings(), http: taken)
        #expect(other.port != first.port && other.port > 0)
        other.stop()
        var nowhere = HTTPServerSettings()
        nowhere.address = "localhost"
        #expect { try PortalServer(settings(), http: nowhere) } throws: {
            ($0 as? Trouble)?.code == "LT-7005"
        }
        var half = HTTPServerSettings()
        half.keyFile = "/nonexistent"
        #expect { try PortalServer(settings(), http: half) } throws: {
            ($0 as? Trouble)?.code == "LT-7006"
        }
        half.certificateFile = "/nonexistent"
        #expect { try PortalServer(settings(), http: half) } throws: {
            ($0 as? Trouble)?.code == "LT-7002"
        }
    }

    @Test("stops while answers are delayed, and does not wait for them")
    func stops() throws {
        let harness = try PortalHarness(["delay": "1", "delay_ms": "3600000"])
        let waiting = try RawClient(port: harness.server.port)
        try waiting.write(
            "POST", PortalHarness.login, ["Content-Type": "application/json"], Array("{}".utf8))
        while try harness.faultCount("delay") == 0 { sched_yield() }
        harness.server.stop()
        // The hour is not over, and the answer came or never will.
        _ = try waiting.read()
        #expect(throws: RawClientError.self) { try RawClient(port: harness.server.port) }
    }

    @Test("keeps one connection for many requests, and many at once")
    func connections() throws {
        let harness = try PortalHarness()
        let clients = try (0..<100).map { _ in try RawClient(port: harness.server.port) }
        for round in 0..<3 {
            for client in clients {
                try client.write("GET", "/sandbox/health", [:], [])
            }
            for client in clients {
                #expect(try client.read()?.status == 200, "round \(round)")
            }
        }
    }
}

extension PortalHarness {
    func faultCount(_ name: String) throws -> Int {
        Int(try ask("counters").at(["faults", name])?.text ?? "0") ?? 0
    }
}
