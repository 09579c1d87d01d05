import Glibc

/// Wakes one sleeping thread. Rings between two waits are one ring: the bell says "look", not "how often".
package final class Doorbell: @unchecked Sendable {
    // Guarded by `mutex`, which lives as long as the object; both are freed in `deinit`.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var rung = false

    package init() {
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        // The monotonic clock: a wall clock that jumps must not stretch a wait.
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    package func ring() {
        pthread_mutex_lock(mutex)
        let isNews = !rung
        rung = true
        pthread_mutex_unlock(mutex)
        // After the mutex: who wakes needs it, and would go back to sleep for it.
        if isNews { pthread_cond_signal(condition) }
    }

    /// Sleeps until the bell rings or the time is over; true when it rang (also before the call).
    @discardableResult
    package func wait(milliseconds: Int64) -> Bool {
        var deadline = timespec()
        clock_gettime(CLOCK_MONOTONIC, &deadline)
        let bounded = max(0, min(milliseconds, 86_400_000))
        let nanoseconds = Int64(deadline.tv_nsec) + bounded % 1000 * 1_000_000
        deadline.tv_sec += Int(bounded / 1000 + nanoseconds / 1_000_000_000)
        deadline.tv_nsec = Int(nanoseconds % 1_000_000_000)
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while !rung {
            if pthread_cond_timedwait(condition, mutex, &deadline) == ETIMEDOUT { break }
        }
        defer { rung = false }
        return rung
    }
}
