import Foundation
import Operating
import Testing
import Wire

@testable import Sandbox

@Suite("lienthong-sandbox portal", .timeLimit(.minutes(1)))
struct PortalCommandTests {
    private static let catalogue = """
        {"unit_prefix":"H21","madonvi":"000.00.00.H21","procedures":[{"code":"1.001234",
        "name":"Thủ tục thử","field_code":"G15-HT01","field_name":"Hộ tịch"}],
        "units":[{"code":"H21.129","name":"UBND xã Thử","dead_since":null},
        {"code":"H21.30","name":"UBND huyện Cũ","dead_since":"20250701"}]}
        """
    private static let people = """
        [{"number":"000000000001","name":"Nguyễn Văn Thử","birth":"19900101","present":true},
        {"number":"000000000003","name":"Lê Vắng Mặt","birth":"1970","present":false}]
        """

    private func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("sandbox-command-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(Self.catalogue.utf8).write(to: folder.appendingPathComponent("catalogue.json"))
        try Data(Self.people.utf8).write(to: folder.appendingPathComponent("people.json"))
        return folder
    }

    /// The executable beside the test bundle.
    private var executable: URL {
        URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent("lienthong-sandbox")
    }

    @Test("prints its address when it serves, and ends well on SIGTERM")
    func serves() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let process = Process()
        process.executableURL = executable
        process.arguments = [
            "portal", "--port", "0", "--quiet", "--fault", "silent_success=1", "--catalogue",
            folder.appendingPathComponent("catalogue.json").path, "--people",
            folder.appendingPathComponent("people.json").path,
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        defer { if process.isRunning { process.terminate() } }
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        let parts = line.split(separator: ":")
        #expect(line.hasPrefix("ready http://127.0.0.1:"))
        let port = try #require(UInt16(parts.last.map { $0.dropLast() } ?? ""))
        let client = try RawClient(port: port)
        #expect(try client.get("/sandbox/faults")?.json?["silent_success"]?.text == "1.0")
        process.terminate()
        process.waitUntilExit()
        #expect(process.terminationReason == .exit)
        #expect(process.terminationStatus == 0)
    }

    @Test("reads all of its options")
    func options() throws {
        let options = try PortalOptions([
            "--port", "8080", "--listen", "127.0.0.2", "--tls-cert", "c", "--tls-key", "k",
            "--client-ca", "a", "--catalogue", "f", "--people", "p", "--seed", "9", "--fault",
            "S8a=0.1", "--keys", "expiring:60", "--probe-shows", "existence", "--quiet",
        ])
        #expect(options.http.port == 8080)
        #expect(options.http.address == "127.0.0.2")
        #expect(options.http.clientAuthorityFile == "a")
        #expect(options.seed == 9)
        #expect(options.switches.rate(.dropAfter) == 0.1)
        #expect(options.switches.choice(.keys) == "expiring")
        #expect(options.switches.count(.keySeconds) == 60)
        #expect(options.switches.choice(.probeShows) == "existence")
        #expect(options.isQuiet)
    }

    @Test(
        "refuses options that make no sense",
        arguments: [
            ["--port"], ["--port", "x"], ["--fault", "drop_after"], ["--fault", "drop_after=2"],
            ["--keys", "maybe"], ["--what", "x"],
        ])
    func badOptions(_ arguments: [String]) {
        #expect { try PortalOptions(arguments) } throws: { ($0 as? Trouble)?.code == "LT-7001" }
    }

    @Test("says which file is missing or wrong")
    func files() throws {
        #expect { try Catalogue.load(path: "/nonexistent") } throws: {
            ($0 as? Trouble)?.code == "LT-7002"
        }
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let people = folder.appendingPathComponent("people.json").path
        #expect { try Catalogue.load(path: people) } throws: {
            ($0 as? Trouble)?.code == "LT-7003"
        }
        let loaded = try People.load(path: people)
        #expect(loaded.person("000000000001") != nil)
        #expect(loaded.person("000000000003") == nil)
    }

    @Test("documents every switch")
    func documentation() throws {
        let article = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Sources/Sandbox/Sandbox.docc/Portal.md")
        let text = try String(contentsOf: article.standardizedFileURL, encoding: .utf8)
        for name in Switch.allCases { #expect(text.contains("`\(name.rawValue)`"), "\(name)") }
        for rule in Rule.allCases { #expect(text.contains("`\(rule.rawValue)`"), "\(rule)") }
    }
}
