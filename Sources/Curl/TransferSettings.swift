internal import Glibc
package import Operating

/// How the transport connects; fixed for the life of a ``TransferLoop``.
package struct TransferSettings: Sendable {
    /// Exchanges under way with one host, each on a connection of its own unless HTTP/2 lets them share;
    /// further ones wait, within their own time-out.
    package var maxConnectionsPerHost = 64
    /// Name, TCP, proxy and TLS together; a destination that takes longer is unreachable.
    package var connectTimeoutMilliseconds: Int64 = 10_000
    /// A connection idle for longer is not used again. Less than the shortest common keep-alive of
    /// servers (5 s), because a request that meets a closing connection ends uncertain.
    package var idleConnectionSeconds = 3
    /// An answer larger than this, also after decompression, fails with `tooLarge`.
    package var maxAnswerBytes = 4 << 20
    /// PEM file of the authorities to trust instead of the system's; nil for the system's.
    package var caFile: String?
    /// PEM files of our own certificate (with its chain) and key, for mutual TLS.
    package var clientCertificate: String?
    package var clientKey: String?
    /// `http://host:port` or `socks5h://host:port`; nil for none. The environment is never asked.
    package var proxy: String?
    /// HTTP/2 over TLS where the server offers it, many exchanges on one connection.
    package var http2 = false
    /// Cookies come back with later requests of this way, in memory only, until the next session begins.
    package var cookies = false
    /// `http://` is allowed; for the sandbox and for adapters on the same machine.
    package var allowPlainHTTP = false
    /// Sent unless the request has a `User-Agent` of its own.
    package var userAgent = "lienthongd"

    package init() {}

    /// Finds what would make every exchange fail, while someone is looking.
    package func check() throws(Trouble) {
        if let caFile {
            let lines = try pem(caFile, Trouble.authorityUnreadable)
            guard lines.hasBlock("CERTIFICATE") else {
                throw .authorityUnreadable(file: caFile, reason: "no PEM certificate in it")
            }
        }
        switch (clientCertificate, clientKey) {
        case (nil, nil): break
        case (let certificate?, let key?): try checkPair(certificate, key)
        case (let certificate?, nil): throw .clientPairIncomplete(present: certificate)
        case (nil, let key?): throw .clientPairIncomplete(present: key)
        }
    }

    private func checkPair(_ certificate: String, _ key: String) throws(Trouble) {
        guard try pem(certificate, Trouble.clientCertificateUnreadable).hasBlock("CERTIFICATE")
        else {
            throw .clientCertificateUnreadable(
                file: certificate, reason: "no PEM certificate in it")
        }
        let lines = try pem(key, Trouble.clientKeyUnreadable)
        guard lines.hasBlock("PRIVATE KEY") else {
            throw .clientKeyUnreadable(file: key, reason: "no PEM private key in it")
        }
        let encrypted =
            lines.hasBlock("ENCRYPTED PRIVATE KEY")
            || lines.contains { $0.hasPrefix("Proc-Type:") && $0.contains("ENCRYPTED") }
        guard !encrypted else {
            throw .clientKeyUnreadable(file: key, reason: "it has a passphrase")
        }
    }

    /// The lines of a PEM file.
    private func pem(_ file: String, _ trouble: (String, String) -> Trouble) throws(Trouble)
        -> [String]
    {
        guard let bytes = readFile(file) else {
            throw trouble(file, String(cString: strerror(errno)))
        }
        return bytes.split(separator: UInt8(ascii: "\n")).map {
            String(decoding: $0, as: UTF8.self)
        }
    }
}

extension [String] {
    /// Whether a block of that kind begins on one of these lines (`-----BEGIN … KIND-----`).
    fileprivate func hasBlock(_ kind: String) -> Bool {
        contains { $0.hasPrefix("-----BEGIN ") && $0.contains("\(kind)-----") }
    }
}
