internal import Synchronization
internal import Wire

/// The addresses that the portal would fetch (contracts.md §2.6: files are pulled), and what became of
/// them. Bounded; an address is fetched once.
package final class AttachmentQueue: Sendable {
    struct Link: Sendable {
        var code: String
        var field: String
        var url: String
    }

    enum Finding: String, CaseIterable, Sendable {
        case reachable, unreachable
        /// The host is no loopback address: the sandbox fetches nothing else.
        case notLoopback = "not_loopback"
    }

    private struct Content {
        var waiting: [Link] = []
        var seen = BoundedSet(limit: 2_000_000)
        var findings: [Finding: Int] = [:]
        var dropped = 0
        var unreachable: [(code: String, field: String, status: Int)] = []
    }

    static let bound = 100_000
    private let content = Mutex(Content())

    func offer(code: String, links: [(field: String, url: String)]) {
        content.withLock { content in
            for (field, url) in links where content.seen.insert(Hash64.of(url)) {
                if !AttachmentQueue.isLoopback(url) {
                    content.findings[.notLoopback, default: 0] += 1
                } else if content.waiting.count < AttachmentQueue.bound {
                    content.waiting.append(Link(code: code, field: field, url: url))
                } else {
                    content.dropped += 1
                }
            }
        }
    }

    func take(_ limit: Int) -> [Link] {
        content.withLock { content in
            let taken = Array(content.waiting.prefix(limit))
            content.waiting.removeFirst(taken.count)
            return taken
        }
    }

    /// - Parameter status: the HTTP status; 0 when there was no answer.
    func settle(_ link: Link, status: Int) {
        content.withLock { content in
            let isReachable = (200..<300).contains(status)
            content.findings[isReachable ? .reachable : .unreachable, default: 0] += 1
            if !isReachable, content.unreachable.count < 1000 {
                content.unreachable.append((link.code, link.field, status))
            }
        }
    }

    func json() -> [UInt8] {
        content.withLock { content in
            var json = JSONWriter()
            json.beginObject()
            for finding in Finding.allCases {
                json.member(finding.rawValue, Int64(content.findings[finding] ?? 0))
            }
            json.member("waiting", Int64(content.waiting.count))
            json.member("dropped", Int64(content.dropped))
            json.key("unreachable_files")
            json.beginArray()
            for (code, field, status) in content.unreachable {
                json.beginObject()
                json.member("code", code)
                json.member("field", field)
                json.member("status", Int64(status))
                json.endObject()
            }
            json.endArray()
            json.endObject()
            return json.finish()
        }
    }

    /// Whether a URL names 127.0.0.0/8, `localhost` or `[::1]`, and nothing that merely looks so.
    static func isLoopback(_ url: String) -> Bool {
        guard let scheme = ["http://", "https://"].first(where: { url.hasPrefix($0) }) else {
            return false
        }
        let authority = url.dropFirst(scheme.count).prefix { !"/?#\\".contains($0) }
        guard !authority.contains("@") else { return false }
        if authority == "[::1]" || authority.hasPrefix("[::1]:") { return true }
        let host = authority.prefix { $0 != ":" }
        if host == "localhost" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
