import Execution
import Foundation
import Glibc
import Synchronization
import Testing

@Suite("An owned thread", .timeLimit(.minutes(1))) struct OwnedThreadTests {
    private func nameSeen(_ name: String) -> String {
        let seen = Mutex("")
        OwnedThread(name: name) {
            var buffer = [UInt8](repeating: 0, count: 64)
            let descriptor = open("/proc/thread-self/comm", O_RDONLY)
            let count = read(descriptor, &buffer, buffer.count)
            close(descriptor)
            seen.withLock { $0 = String(decoding: buffer[..<max(0, count)], as: UTF8.self) }
        }.join()
        return seen.withLock { $0 }
    }

    @Test(
        "shows its name, at most fifteen bytes of it",
        arguments: [
            ("curl", "curl\n"), ("fifteen-letters", "fifteen-letters\n"),
            ("sixteen-letters!", "sixteen-letters\n"),
        ])
    func name(given: String, shown: String) { #expect(nameSeen(given) == shown) }

    @Test("cuts a name between characters, not within one")
    func longName() {
        #expect(nameSeen("đồng-bộ-hồ-sơ") == "đồng-bộ-h\n")
    }

    @Test("has ended when it was joined, and may be joined again")
    func join() {
        let count = Mutex(0)
        let threads = (0..<8).map { _ in
            OwnedThread(name: "adder") {
                for _ in 0..<1000 { count.withLock { $0 += 1 } }
            }
        }
        for thread in threads { thread.join() }
        #expect(count.withLock { $0 } == 8000)
        for thread in threads { thread.join() }
    }

    @Test("lets go of what its body held")
    func release() {
        final class Held: Sendable {}
        weak var weakly: Held?
        do {
            let held = Held()
            weakly = held
            OwnedThread(name: "holder") { withExtendedLifetime(held) {} }.join()
        }
        #expect(weakly == nil)
    }
}
