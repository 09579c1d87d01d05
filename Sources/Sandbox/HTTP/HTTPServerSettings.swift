/// Where and how the sandbox listens.
package struct HTTPServerSettings: Sendable {
    /// An IPv4 address; loopback unless a test sets up its own network.
    package var address = "127.0.0.1"
    /// 0 lets the kernel choose.
    package var port: UInt16 = 0
    /// PEM files; TLS is served when both are there.
    package var certificateFile: String?
    package var keyFile: String?
    /// PEM file of the authorities whose client certificates are demanded.
    package var clientAuthorityFile: String?
    package var threads: UInt32 = 2
    package var connectionLimit: UInt32 = 4096
    package var bodyLimit = 16 << 20
    package var idleSeconds: UInt32 = 120

    package init() {}
}
