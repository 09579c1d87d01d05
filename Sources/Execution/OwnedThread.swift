import Glibc

/// A thread with a name that one owner starts and joins. Blocking work lives on such threads and
/// never on Swift's cooperative pool.
package final class OwnedThread: @unchecked Sendable {
    // Written once before the thread starts and read once by `join`, both by the owner.
    private var handle = pthread_t()
    private var joined = false

    /// Starts the thread at once.
    ///
    /// - Parameter name: at most 15 bytes are kept; `top -H` and `gdb` show it.
    package init(name: String, _ body: @escaping @Sendable () -> Void) {
        let start = Unmanaged.passRetained(Start(name: name, body: body)).toOpaque()
        let result = pthread_create(
            &handle, nil,
            { context in
                guard let context else { return nil }
                let start = Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
                _ = start.name.cut(toBytes: 15).withCString { setThreadName($0) }
                start.body()
                return nil
            }, start)
        // EAGAIN: the machine has no room for one more thread; nothing could run.
        precondition(result == 0, "pthread_create: \(String(cString: strerror(result)))")
    }

    /// Waits until the body has returned.
    package func join() {
        guard !joined else { return }
        joined = true
        pthread_join(handle, nil)
    }

    private final class Start {
        let name: String
        let body: @Sendable () -> Void
        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }
}

extension String {
    /// As many whole characters as fit.
    fileprivate func cut(toBytes limit: Int) -> String {
        var text = self
        while text.utf8.count > limit { text.removeLast() }
        return text
    }
}

/// The thread's name through `/proc`, because the Glibc module has no `pthread_setname_np`.
private func setThreadName(_ name: UnsafePointer<CChar>) -> Bool {
    let path = "/proc/thread-self/comm"
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return write(descriptor, name, strlen(name)) > 0
}
