package import Dossiers
internal import Glibc
package import Outbox
internal import Synchronization

/// What the other threads tell the capture thread.
package enum CaptureNews: Sendable {
    /// The oldest batch handed out and not yet confirmed is on disk.
    case recorded
    /// Everything that is asked for now, in place of what was asked for before.
    case requests([OperatorRequest])
    /// The held dossiers asked for with ``CaptureWork/heldKeysWanted(after:limit:)``.
    case heldKeys([SourceKey])
    /// Answers about applicants to be written into the source.
    case writeBacks([WriteBack])
    /// Keys that were missed once and whose second look is due, in place of those told before.
    case suspects([SourceKey])
    /// Keys worth reading at once.
    case toRead([SourceKey])
    /// Look now.
    case look
    /// Dossiers that the sweep found gone, which a feed that is trusted had not told.
    case untold([SourceKey])
    /// An operator has removed the feed: it is not lost.
    case feedDismissed
}

/// Hands news to the capture thread and wakes it, whether it sleeps on the database's socket or not.
package final class CaptureInbox: Sendable {
    private let news = Mutex<[CaptureNews]>([])
    /// The reading end of a pipe that holds a byte while there is news.
    package let descriptor: Int32
    private let writingEnd: Int32

    package init() {
        var ends: [Int32] = [-1, -1]
        // EMFILE at start: nothing could run.
        precondition(pipe(&ends) == 0, "pipe: \(String(cString: strerror(errno)))")
        for end in ends {
            // Neither fails on a descriptor that was just opened.
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        descriptor = ends[0]
        writingEnd = ends[1]
    }

    deinit {
        close(descriptor)
        close(writingEnd)
    }

    package func post(_ item: CaptureNews) {
        news.withLock { $0.append(item) }
        wake()
    }

    /// Ends a sleep without news, for shutdown.
    package func wake() {
        // EAGAIN: the pipe is full of such bytes, which wakes as well.
        var byte: UInt8 = 1
        _ = write(writingEnd, &byte, 1)
    }

    /// Everything posted since the last call, in order.
    package func takeAll() -> [CaptureNews] {
        var bytes = [UInt8](repeating: 0, count: 256)
        // EAGAIN ends it: the pipe is empty.
        while read(descriptor, &bytes, bytes.count) == bytes.count {}
        return news.withLock { items in
            defer { items = [] }
            return items
        }
    }

    /// Sleeps until the descriptor is readable or the time is over.
    package static func sleep(milliseconds: Int64, interruptedBy descriptor: Int32?) {
        let timeout = Int32(clamping: max(0, milliseconds))
        guard let descriptor else {
            poll(nil, 0, timeout)
            return
        }
        var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        // EINTR ends the sleep early, which is no harm: whoever sleeps looks and sleeps again.
        poll(&watched, 1, timeout)
    }
}
