internal import CMicrohttpd
internal import Glibc
package import Operating

/// An HTTP/1.1 server with a handler that is a plain function from request to reply.
///
/// libmicrohttpd owns the sockets and a small pool of epoll threads; the handler runs on them and must
/// not block. Stops in ``stop()`` or when it is released.
package final class HTTPServer: @unchecked Sendable {
    package typealias Handler = @Sendable (ServedRequest) -> ServedReply

    let settings: HTTPServerSettings
    let handler: Handler
    /// True while new connections are to be refused.
    let refuses: @Sendable () -> Bool
    let delays = ConnectionDelays()
    let isSecure: Bool
    // Written once by `init` and once by `stop`, both by the owner.
    private var daemon: OpaquePointer?
    /// PEM texts that libmicrohttpd reads for as long as it runs.
    private var pems: [UnsafeMutablePointer<CChar>] = []

    package init(
        _ settings: HTTPServerSettings, refuses: @escaping @Sendable () -> Bool = { false },
        handler: @escaping Handler
    ) throws(Trouble) {
        self.settings = settings
        self.refuses = refuses
        self.handler = handler
        self.isSecure = settings.certificateFile != nil || settings.keyFile != nil
        do {
            daemon = try start()
        } catch {
            delays.close()
            pems.forEach { free($0) }
            throw error
        }
    }

    deinit { stop() }

    /// The port it listens on.
    package var port: UInt16 { daemon.map { shim_bound_port($0) } ?? 0 }

    package var baseURL: String {
        "\(isSecure ? "https" : "http")://\(settings.address):\(port)"
    }

    /// Ends every exchange and joins the threads; the second call does nothing.
    package func stop() {
        guard let daemon else { return }
        delays.close()
        MHD_stop_daemon(daemon)
        self.daemon = nil
        pems.forEach { free($0) }
        pems = []
    }

    private func start() throws(Trouble) -> OpaquePointer {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = settings.port.bigEndian
        guard inet_pton(AF_INET, settings.address, &address.sin_addr) == 1 else {
            throw .sandboxAddress(settings.address)
        }
        var options = plainOptions
        var flags =
            MHD_USE_EPOLL_INTERNAL_THREAD.rawValue | MHD_ALLOW_SUSPEND_RESUME.rawValue
            | MHD_USE_TURBO.rawValue
        if isSecure {
            flags |= MHD_USE_TLS.rawValue
            options += try tlsOptions()
        }
        let started = withUnsafeMutablePointer(to: &address) { address in
            options.append(MHD_OptionItem(option: .SOCK_ADDR, value: 0, ptr_value: address))
            options.append(MHD_OptionItem(option: .END, value: 0, ptr_value: nil))
            return shim_start_daemon(
                flags, settings.port, serverAccepts, serverHandles, serverCompleted,
                settings.clientAuthorityFile == nil ? nil : serverConnected,
                Unmanaged.passUnretained(self).toOpaque(), options)
        }
        guard let started else {
            throw .sandboxCannotListen(
                address: "\(settings.address):\(settings.port)",
                reason: isSecure
                    ? "\(String(cString: strerror(errno))), or the certificate and key do not fit"
                    : String(cString: strerror(errno)))
        }
        return started
    }

    private var plainOptions: [MHD_OptionItem] {
        var options: [(MHD_OPTION, Int)] = [
            (.CONNECTION_LIMIT, Int(settings.connectionLimit)),
            (.CONNECTION_TIMEOUT, Int(settings.idleSeconds)),
            (.CONNECTION_MEMORY_LIMIT, 65_536),
            (.LISTEN_BACKLOG_SIZE, 1024),
        ]
        if settings.threads > 1 { options.append((.THREAD_POOL_SIZE, Int(settings.threads))) }
        return options.map { MHD_OptionItem(option: $0, value: $1, ptr_value: nil) }
    }

    private func tlsOptions() throws(Trouble) -> [MHD_OptionItem] {
        guard let certificate = settings.certificateFile, let key = settings.keyFile else {
            throw .sandboxTLSPair()
        }
        var items = [
            MHD_OptionItem(option: .HTTPS_MEM_CERT, value: 0, ptr_value: try pem(certificate)),
            MHD_OptionItem(option: .HTTPS_MEM_KEY, value: 0, ptr_value: try pem(key)),
        ]
        if let authority = settings.clientAuthorityFile {
            items.append(
                MHD_OptionItem(option: .HTTPS_MEM_TRUST, value: 0, ptr_value: try pem(authority)))
        }
        return items
    }

    private func pem(_ path: String) throws(Trouble) -> UnsafeMutableRawPointer {
        guard let bytes = readFile(path) else {
            throw .sandboxFile(path, reason: String(cString: strerror(errno)))
        }
        guard let copy = strndup(String(decoding: bytes, as: UTF8.self), bytes.count) else {
            fatalError("strndup: out of memory")
        }
        pems.append(copy)
        return UnsafeMutableRawPointer(copy)
    }
}
