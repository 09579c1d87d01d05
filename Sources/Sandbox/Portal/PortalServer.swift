internal import Execution
package import Operating
internal import Synchronization
package import Wire

/// The sandbox portal on a socket.
///
/// Serves from the end of `init` until ``stop()``.
package final class PortalServer: Sendable {
    /// What it serves; a test or the demo in the same process may ask it directly.
    package let portal: Portal
    private let server: HTTPServer

    package init(
        _ settings: PortalSettings, http: HTTPServerSettings = HTTPServerSettings(),
        clock: WallClock = .system
    ) throws(Trouble) {
        let portal = Portal(settings)
        self.portal = portal
        server = try HTTPServer(
            http, refuses: { portal.refusesConnections(now: clock.now()) },
            handler: { portal.answer($0, now: clock.now()) })
    }

    package var port: UInt16 { server.port }

    /// `http://127.0.0.1:PORT`.
    package var baseURL: String { server.baseURL }

    package func stop() { server.stop() }
}
