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
    private let puller: AttachmentPuller?

    /// - Parameter transport: fetches attachments while the switch `attachments` says so; nil never does.
    ///   The caller closes it after ``stop()``.
    package init(
        _ settings: PortalSettings, http: HTTPServerSettings = HTTPServerSettings(),
        transport: (any HTTPTransport)? = nil, clock: WallClock = .system
    ) throws(Trouble) {
        let portal = Portal(settings)
        self.portal = portal
        server = try HTTPServer(
            http, refuses: { portal.refusesConnections(now: clock.now()) },
            handler: { portal.answer($0, now: clock.now()) })
        puller = transport.map { AttachmentPuller(queue: portal.attachments, transport: $0) }
    }

    package var port: UInt16 { server.port }

    /// `http://127.0.0.1:PORT`.
    package var baseURL: String { server.baseURL }

    package func stop() {
        server.stop()
        puller?.stop()
    }
}
