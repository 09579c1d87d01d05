internal import CCurl

/// An address that was taken apart once, for all exchanges that go there: libcurl would otherwise take its
/// text apart, put it together again and take that apart for each of them.
///
/// Confined to the loop's thread. Handles that use it keep it.
final class Address {
    let text: String
    let handle: OpaquePointer
    /// The host that it leads to, by way of a route.
    let lane: HostLane

    /// nil when libcurl finds no address in the text.
    init?(_ text: String, lane: HostLane) {
        // libcurl reads up to a zero byte: the rest of such an address would be lost in silence.
        guard !text.isEmpty, !text.utf8.contains(0), let handle = curl_url() else { return nil }
        // As libcurl itself would: schemes are judged when a connection is made.
        let flags = CURLU_NON_SUPPORT_SCHEME | CURLU_GUESS_SCHEME | CURLU_DISALLOW_USER
        guard curl_url_set(handle, CURLUPART_URL, text, UInt32(flags)) == CURLUE_OK else {
            curl_url_cleanup(handle)
            return nil
        }
        self.text = text
        self.handle = handle
        self.lane = lane
    }

    deinit { curl_url_cleanup(handle) }

    /// Scheme and authority: `https://host:port`.
    static func host(of url: String) -> String {
        var slashes = 0
        for index in url.utf8.indices where url.utf8[index] == UInt8(ascii: "/") {
            slashes += 1
            if slashes == 3 { return String(url[..<index]) }
        }
        return url
    }
}
