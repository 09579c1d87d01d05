import Curl
import Execution
import Foundation
import Wire

/// Our transport alone, as a program of its own so that the kernel counts its CPU: so many POSTs, so many
/// at once, submitted and taken back in batches, as the couriers do.
enum Transport {
    /// `bench --transport URL REQUESTS IN_FLIGHT BYTES CA|- [http2]`
    static func run(_ words: [String]) throws {
        guard words.count >= 5, let wanted = Int(words[1]), let inFlight = Int(words[2]),
            let bytes = Int(words[3])
        else { throw Broken(description: "bench --transport URL REQUESTS IN_FLIGHT BYTES CA|-") }
        var settings = TransferSettings()
        settings.maxConnectionsPerHost = inFlight
        settings.allowPlainHTTP = true
        settings.http2 = words.contains("http2")
        if words[4] != "-" { settings.caFile = words[4] }
        let bell = Doorbell()
        let loop = try TransferLoop(settings, ring: { bell.ring() })
        defer { loop.close() }
        let request = HTTPRequest(
            url: words[0], headers: [HTTPHeader("Content-Type", "application/json")],
            body: [UInt8](repeating: UInt8(ascii: "x"), count: bytes))
        var sent = 0
        var done = 0
        // nginx ends an HTTP/2 stream that it has answered before its body came, and libcurl then knows of
        // no answer. In the C program libcurl sends such a request again by itself; ours never does that
        // behind our back, so it is done here.
        var again = 0
        let began = Program.now()
        func submit(_ count: Int) {
            let exchanges = (0..<count).map { offset in
                HTTPExchange(token: UInt64(sent + offset), request: request)
            }
            sent += count
            if count > 0 { loop.submit(exchanges) }
        }
        submit(min(inFlight, wanted))
        while done < wanted {
            let ended = loop.completions()
            guard !ended.isEmpty else {
                bell.wait(milliseconds: 1000)
                continue
            }
            let good = ended.count { completion in
                guard case .success(let response) = completion.result else { return false }
                return response.status == 200
            }
            again += ended.count - good
            done += good
            submit(min(ended.count, wanted + again - sent))
            guard again * 100 <= wanted else {
                throw Broken(description: "\(again) requests failed")
            }
        }
        print("\(Program.now() - began)")
    }
}
