internal import CCurl

/// The options that are the same for every exchange of a loop, set once for each easy handle.
struct TransferOptions {
    private let easy: UnsafeMutableRawPointer
    /// The first refusal: a libcurl built without TLS or HTTP/2, or older than 7.88.
    private(set) var refusal = CURLE_OK

    /// Sets the options.
    ///
    /// - Parameter owner: the ``Transfer`` that the callbacks get back.
    /// - Returns: what libcurl said to the first option it did not take.
    static func set(
        _ settings: TransferSettings, on easy: UnsafeMutableRawPointer,
        owner: UnsafeMutableRawPointer, errorBuffer: UnsafeMutablePointer<CChar>
    ) -> CURLcode {
        var options = TransferOptions(easy: easy)
        options.callbacks(owner, errorBuffer)
        options.protocols(settings)
        options.security(settings)
        options.connections(settings)
        return options.refusal
    }

    private init(easy: UnsafeMutableRawPointer) { self.easy = easy }

    private mutating func callbacks(
        _ owner: UnsafeMutableRawPointer, _ errorBuffer: UnsafeMutablePointer<CChar>
    ) {
        pointer(CURLOPT_PRIVATE, owner)
        pointer(CURLOPT_ERRORBUFFER, errorBuffer)
        pointer(CURLOPT_WRITEDATA, owner)
        note(shim_setopt_write(easy, CURLOPT_WRITEFUNCTION, Transfer.received))
        pointer(CURLOPT_PREREQDATA, owner)
        note(shim_setopt_prerequest(easy, CURLOPT_PREREQFUNCTION, Transfer.mayStart))
    }

    private mutating func protocols(_ settings: TransferSettings) {
        text(CURLOPT_PROTOCOLS_STR, settings.allowPlainHTTP ? "http,https" : "https")
        number(
            CURLOPT_HTTP_VERSION,
            settings.http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1)
        // A redirect would send a dossier to a host that no one configured; it is an answer like any other.
        number(CURLOPT_FOLLOWLOCATION, 0)
        // For reading; what is asked for stands in ``HeaderList``.
        text(CURLOPT_ACCEPT_ENCODING, HeaderList.encodings)
        note(
            shim_setopt_off(easy, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(settings.maxAnswerBytes)))
        number(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
    }

    private mutating func security(_ settings: TransferSettings) {
        number(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        number(CURLOPT_SSL_VERIFYPEER, 1)
        number(CURLOPT_SSL_VERIFYHOST, 2)
        for (file, folder) in [
            (CURLOPT_CAINFO, CURLOPT_CAPATH), (CURLOPT_PROXY_CAINFO, CURLOPT_PROXY_CAPATH),
        ] {
            guard let caFile = settings.caFile else { continue }
            text(file, caFile)
            // Without this the system's authorities would stay trusted beside our own.
            text(folder, nil)
        }
        if let certificate = settings.clientCertificate, let key = settings.clientKey {
            text(CURLOPT_SSLCERT, certificate)
            text(CURLOPT_SSLKEY, key)
            // Without it OpenSSL would ask the terminal for a passphrase and wait.
            text(CURLOPT_KEYPASSWD, "")
        }
    }

    private mutating func connections(_ settings: TransferSettings) {
        number(CURLOPT_NOSIGNAL, 1)
        number(CURLOPT_CONNECTTIMEOUT_MS, Int(settings.connectTimeoutMilliseconds))
        // The empty text is "no proxy", against `https_proxy` in the environment.
        text(CURLOPT_PROXY, settings.proxy ?? "")
        number(CURLOPT_MAXAGE_CONN, settings.idleConnectionSeconds)
        number(CURLOPT_TCP_KEEPALIVE, 1)
        number(CURLOPT_TCP_KEEPIDLE, 30)
        number(CURLOPT_TCP_KEEPINTVL, 10)
        // A name server that does not answer must hold up its own exchange only: without this, ending
        // such an exchange waits for the resolver's thread, and with it all exchanges of the loop.
        number(CURLOPT_QUICK_EXIT, 1)
    }

    private mutating func note(_ code: CURLcode) {
        if refusal == CURLE_OK { refusal = code }
    }

    private mutating func number(_ option: CURLoption, _ value: Int) {
        note(shim_setopt_long(easy, option, value))
    }

    private mutating func text(_ option: CURLoption, _ value: String?) {
        note(shim_setopt_string(easy, option, value))
    }

    private mutating func pointer(_ option: CURLoption, _ value: UnsafeMutableRawPointer) {
        note(shim_setopt_pointer(easy, option, value))
    }
}
