internal import CCurl
package import Operating
package import Wire

/// Whether a destination can be reached, without sending it anything: name, TCP, proxy and TLS.
package enum Reachability {
    /// Connects and closes again; blocks for at most the connect time-out.
    ///
    /// - Returns: what failed; nil when the way is open.
    /// - Throws: LT-50xx when a certificate or key file cannot be used.
    package static func connect(_ settings: TransferSettings, url: String) throws(Trouble)
        -> HTTPFailure?
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
            return HTTPFailure(kind: .unsendable, mayHaveArrived: false, detail: url)
        }
        shim_setopt_long(transfer.easy, CURLOPT_CONNECT_ONLY, 1)
        let code = curl_easy_perform(transfer.easy)
        guard code != CURLE_OK, case .failure(let failure) = transfer.completion(code).result else {
            return nil
        }
        return failure
    }
}
