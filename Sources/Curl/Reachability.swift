internal import CCurl
package import Operating
package import Wire

/// Whether a destination can be reached, without sending it anything: name, TCP, proxy and TLS.
package enum Reachability {
    /// What a connection showed.
    package struct Finding: Sendable {
        /// What failed; nil when the way is open.
        package var failure: HTTPFailure?
        /// When the certificate that the server showed ends; nil without TLS.
        package var certificateEnds: Timestamp?
    }

    /// Connects and closes again; blocks for at most the connect time-out.
    ///
    /// - Throws: LT-50xx when a certificate or key file cannot be used.
    package static func connect(_ settings: TransferSettings, url: String) throws(Trouble)
        -> Finding
    {
        let transport = try TransferLoop(settings, ring: {})
        // The loop has started libcurl; its own handles are not needed.
        defer { transport.close() }
        let timeout = settings.connectTimeoutMilliseconds
        let exchange = HTTPExchange(
            token: 1, request: HTTPRequest(method: .get, url: url, timeoutMilliseconds: timeout))
        let lane = HostLane(limit: 1, sharesConnections: false)
        guard case .success(let transfer) = Transfer.make(settings),
            let address = Address(url, lane: lane),
            transfer.load(
                HostLane.Waiting(
                    exchange: exchange, address: address,
                    deadline: monotonicMicroseconds() + timeout * 1000),
                in: lane) == nil
        else {
            return Finding(
                failure: HTTPFailure(kind: .unsendable, mayHaveArrived: false, detail: url))
        }
        shim_setopt_long(transfer.easy, CURLOPT_CONNECT_ONLY, 1)
        shim_setopt_long(transfer.easy, CURLOPT_CERTINFO, 1)
        let code = curl_easy_perform(transfer.easy)
        var finding = Finding(certificateEnds: certificateEnds(transfer.easy))
        if code != CURLE_OK, case .failure(let failure) = transfer.completion(code).result {
            finding.failure = failure
        }
        return finding
    }

    /// Of the server's own certificate, the first of its chain.
    private static func certificateEnds(_ easy: UnsafeMutableRawPointer) -> Timestamp? {
        var raw: UnsafeMutableRawPointer?
        guard shim_getinfo_pointer(easy, CURLINFO_CERTINFO, &raw) == CURLE_OK, let raw else {
            return nil
        }
        let info = raw.assumingMemoryBound(to: curl_certinfo.self).pointee
        guard info.num_of_certs > 0, var line = info.certinfo[0] else { return nil }
        while true {
            let text = String(cString: line.pointee.data)
            if text.hasPrefix("Cert:") {
                return Certificate.ends(ofPEM: Array(text.dropFirst(5).utf8)).first
            }
            guard let next = line.pointee.next else { return nil }
            line = next
        }
    }
}
