import Curl
import Testing
import Wire

@Suite("A process that used TLS", .timeLimit(.minutes(3))) struct ExitTests {
    /// OpenSSL takes itself down at exit; a handle that another thread still frees crashes then.
    @Test("exits cleanly right after its loop was closed", arguments: 1...5)
    func exit(round: Int) async throws {
        await #expect(processExitsWith: .success) {
            let authority = try Authority("own", in: try TemporaryFolder())
            let nginx = try Nginx(
                certificate: authority.issue("x", for: "IP:127.0.0.1"),
                server: "location / { return 200; }")
            let client = try Client { $0.caFile = authority.certificate }
            // Some whole, some under way when the loop is closed.
            client.submit((0..<64).map { _ in HTTPRequest(url: nginx.url(), body: [1]) })
            let early = try client.wait(16)
            client.loop.close()
            let ends = early + client.loop.completions()
            precondition(ends.count == 64)
            nginx.stop()
        }
    }
}
