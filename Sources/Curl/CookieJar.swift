internal import CCurl

/// The cookies of one route: what a load balancer needs to keep a session with one of several machines.
///
/// In memory, shared by the route's handles, forgotten when a session begins and when there are more than anybody
/// needs. Confined to the loop's thread, so that it takes no locks.
final class CookieJar {
    /// More cookies than this are a destination that gives a new name to each.
    private static let most = 50
    /// Answers after which they are counted.
    private static let countedEvery = 256

    private let share: UnsafeMutableRawPointer
    private var answers = 0

    /// nil when libcurl has no memory for it.
    init?() {
        guard let share = curl_share_init() else { return nil }
        guard shim_share_cookies(share) == CURLSHE_OK else {
            curl_share_cleanup(share)
            return nil
        }
        self.share = share
    }

    deinit { curl_share_cleanup(share) }

    /// Has a handle read and write these cookies.
    func serve(_ easy: UnsafeMutableRawPointer) -> CURLcode {
        let code = shim_setopt_share(easy, share)
        // The empty name begins with no cookies at all.
        return code == CURLE_OK ? shim_setopt_string(easy, CURLOPT_COOKIEFILE, "") : code
    }

    /// - Parameter easy: any handle that is served.
    func forget(_ easy: UnsafeMutableRawPointer) {
        shim_setopt_string(easy, CURLOPT_COOKIELIST, "ALL")
    }

    /// After each answer, so that the jar stays small.
    func answered(_ easy: UnsafeMutableRawPointer) {
        answers += 1
        guard answers >= CookieJar.countedEvery else { return }
        answers = 0
        var list: UnsafeMutablePointer<curl_slist>?
        guard shim_getinfo_cookies(easy, &list) == CURLE_OK else { return }
        defer { curl_slist_free_all(list) }
        var count = 0
        var next = list
        while let cookie = next {
            count += 1
            next = cookie.pointee.next
        }
        if count > CookieJar.most { forget(easy) }
    }
}
