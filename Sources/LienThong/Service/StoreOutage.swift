internal import Operating

/// A state store that cannot be written: since when, when it is tried again, and how often that is told.
///
/// However long it lasts, the next try is never more than ``pauseLimit`` away: a try on a full or absent disk
/// costs nothing, and the work goes on as soon as there is room.
struct StoreOutage {
    static let pauseLimit: Int64 = 5_000
    /// One that lasts is told again after so long; one that comes and goes no more often than this.
    static let repeatAfter: Int64 = 600_000
    static let flapping: Int64 = 30_000

    private(set) var trouble: Trouble?
    /// The store is not broken: another program has it locked.
    private(set) var isLocked = false
    /// All on the steady clock.
    private var since: Int64 = 0
    private var retryAt: Int64 = 0
    private var pause: Int64 = 0
    private var toldAt: Int64?
    private var toldCode = ""
    private var wasTold = false

    /// Milliseconds until the next try; nil when it may be now.
    func wait(now: Int64) -> Int64? {
        trouble != nil && now < retryAt ? retryAt - now : nil
    }

    /// The next try is due at once.
    mutating func hurry() { retryAt = .min }

    func seconds(now: Int64) -> Int64 { trouble == nil ? 0 : (now - since) / 1000 }

    /// True when it is to be told.
    mutating func failed(_ new: Trouble, isLocked: Bool, isDraining: Bool, now: Int64) -> Bool {
        if trouble == nil {
            since = now
            pause = 250
            wasTold = false
        }
        pause = isDraining ? 250 : min(StoreOutage.pauseLimit, pause * 2)
        retryAt = now + pause
        self.isLocked = isLocked
        trouble = new
        let quiet =
            new.code != toldCode
            ? 0
            : wasTold ? StoreOutage.repeatAfter : StoreOutage.flapping
        if let toldAt, now - toldAt < quiet { return false }
        toldAt = now
        toldCode = new.code
        wasTold = true
        return true
    }

    /// True when the outage that ends was told.
    mutating func recovered(now: Int64) -> Bool {
        trouble = nil
        isLocked = false
        retryAt = .min
        return wasTold
    }
}
