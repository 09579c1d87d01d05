internal import CMicrohttpd
internal import Glibc

// The C side of the server: captureless functions that find the server through the context pointer and
// the exchange through the request's own pointer.

private func server(_ context: UnsafeMutableRawPointer?) -> HTTPServer? {
    context.map { Unmanaged<HTTPServer>.fromOpaque($0).takeUnretainedValue() }
}

let serverAccepts: MHD_AcceptPolicyCallback = { context, _, _ in
    server(context)?.refuses() == true ? .NO : .YES
}

let serverConnected: MHD_NotifyConnectionCallback = { _, connection, _, code in
    if code == .CONNECTION_NOTIFY_STARTED { shim_demand_client_certificate(connection) }
}

let serverCompleted: MHD_RequestCompletedCallback = { _, _, slot, _ in
    guard let held = slot?.pointee else { return }
    Unmanaged<Exchange>.fromOpaque(held).release()
    slot?.pointee = nil
}

/// Called once with the headers, once per piece of the body, and once more at the end; after a
/// suspension, at the end again.
let serverHandles: MHD_AccessHandlerCallback = {
    context, connection, url, method, _, upload, uploadSize, slot in
    guard let server = server(context), let connection, let slot, let uploadSize else { return .NO }
    guard let held = slot.pointee else {
        slot.pointee = Unmanaged.passRetained(Exchange(server: server)).toOpaque()
        return .YES
    }
    let exchange = Unmanaged<Exchange>.fromOpaque(held).takeUnretainedValue()
    if uploadSize.pointee > 0 {
        let piece = UnsafeRawBufferPointer(start: upload, count: uploadSize.pointee)
        if exchange.body.count + piece.count > server.settings.bodyLimit {
            exchange.isTooLarge = true
        } else {
            exchange.body.append(contentsOf: piece)
        }
        uploadSize.pointee = 0
        return .YES
    }
    let reply = exchange.decided { body in
        server.handler(server.request(connection, url: url, method: method, body: body))
    }
    if case .delayed(let milliseconds) = reply.manner, !exchange.hasWaited {
        exchange.hasWaited = true
        if server.delays.suspend(connection, milliseconds: milliseconds) { return .YES }
    }
    return server.send(reply, on: connection)
}

extension HTTPServer {
    private static let knownArguments = ["code", "after", "limit"]

    fileprivate func request(
        _ connection: OpaquePointer, url: UnsafePointer<CChar>?, method: UnsafePointer<CChar>?,
        body: [UInt8]
    ) -> ServedRequest {
        var query: [String: String] = [:]
        for name in HTTPServer.knownArguments {
            query[name] = value(of: name, .GET_ARGUMENT_KIND, connection)
        }
        return ServedRequest(
            method: method.map { String(cString: $0) } ?? "",
            path: url.map { String(cString: $0) } ?? "", query: query,
            headers: ServedHeaders { value(of: $0, .HEADER_KIND, connection) }, body: body,
            isSecure: isSecure)
    }

    private func value(of name: String, _ kind: MHD_ValueKind, _ connection: OpaquePointer)
        -> String?
    {
        MHD_lookup_connection_value(connection, kind, name).map { String(cString: $0) }
    }

    fileprivate func send(_ reply: ServedReply, on connection: OpaquePointer) -> MHD_Result {
        guard reply.manner != .dropped else { return .NO }
        guard let response = response(for: reply, connection) else { return .NO }
        defer { MHD_destroy_response(response) }
        MHD_add_response_header(response, "Content-Type", reply.contentType)
        if let after = reply.retryAfter {
            MHD_add_response_header(response, "Retry-After", after)
        }
        if let encoding = reply.contentEncoding {
            MHD_add_response_header(response, "Content-Encoding", encoding)
        }
        return MHD_queue_response(connection, UInt32(reply.status), response)
    }

    private func response(for reply: ServedReply, _ connection: OpaquePointer) -> OpaquePointer? {
        switch (reply.body, reply.manner) {
        case (.stream(let next), _):
            return pulled(BodySource(next), size: .max)
        case (.bytes(let bytes), .truncated):
            var half: [UInt8]? = Array(bytes.prefix(bytes.count / 2))
            let source = BodySource(ending: .broken) {
                defer { half = nil }
                return half?.isEmpty == true ? nil : half
            }
            return pulled(source, size: UInt64(max(bytes.count, 1)))
        case (.bytes(let bytes), .dripping(let milliseconds)) where !bytes.isEmpty:
            return dripped(
                Drip(
                    bytes: bytes, milliseconds: milliseconds, connection: connection,
                    delays: delays))
        case (.bytes(var bytes), _):
            return bytes.withUnsafeMutableBytes {
                MHD_create_response_from_buffer($0.count, $0.baseAddress, .RESPMEM_MUST_COPY)
            }
        }
    }

    private func pulled(_ source: BodySource, size: UInt64) -> OpaquePointer? {
        MHD_create_response_from_callback(
            size, 65_536,
            { context, _, buffer, room in
                guard let context, let buffer else { return -2 }
                let source = Unmanaged<BodySource>.fromOpaque(context).takeUnretainedValue()
                return source.fill(UnsafeMutableRawBufferPointer(start: buffer, count: room))
                    ?? source.endCode
            }, Unmanaged.passRetained(source).toOpaque(),
            { context in
                if let context { Unmanaged<BodySource>.fromOpaque(context).release() }
            })
    }

    private func dripped(_ drip: Drip) -> OpaquePointer? {
        MHD_create_response_from_callback(
            UInt64(drip.bytes.count), 4096,
            { context, position, buffer, room in
                guard let context, let buffer else { return -2 }
                let drip = Unmanaged<Drip>.fromOpaque(context).takeUnretainedValue()
                return drip.fill(
                    UnsafeMutableRawBufferPointer(start: buffer, count: room), at: Int(position))
            }, Unmanaged.passRetained(drip).toOpaque(),
            { context in
                if let context { Unmanaged<Drip>.fromOpaque(context).release() }
            })
    }
}
