internal import CSQLite

/// SQLite's locks on one file, among the connections of one machine.
struct FileLocks {
    private var shared: Set<Int> = []
    private var reserved: Int?
    private var exclusive: Int?

    /// Takes a level for a handle; false when another one is in the way.
    mutating func take(_ level: Int32, for handle: Int) -> Bool {
        if let exclusive, exclusive != handle { return false }
        switch level {
        case SQLITE_LOCK_SHARED:
            shared.insert(handle)
            return true
        case SQLITE_LOCK_RESERVED:
            if let reserved, reserved != handle { return false }
            reserved = handle
            return true
        default:
            guard shared.subtracting([handle]).isEmpty else { return false }
            if let reserved, reserved != handle { return false }
            exclusive = handle
            return true
        }
    }

    mutating func release(to level: Int32, for handle: Int) {
        if exclusive == handle { exclusive = nil }
        if reserved == handle { reserved = nil }
        if level == SQLITE_LOCK_NONE { shared.remove(handle) }
    }

    var isReserved: Bool { reserved != nil || exclusive != nil }
}

/// The memory that connections of one write-ahead log share, and its eight locks.
final class SharedMemory {
    private var regions: [UnsafeMutableRawPointer] = []
    private var sharedBy: [Set<Int>] = Array(repeating: [], count: Int(SQLITE_SHM_NLOCK))
    private var exclusiveTo: [Int?] = Array(repeating: nil, count: Int(SQLITE_SHM_NLOCK))
    /// The slot of the one writer.
    static let writerSlot = 0

    deinit { for region in regions { region.deallocate() } }

    func region(_ index: Int, size: Int, extends: Bool) -> UnsafeMutableRawPointer? {
        while regions.count <= index {
            guard extends else { return nil }
            let region = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
            region.initializeMemory(as: UInt8.self, repeating: 0, count: size)
            regions.append(region)
        }
        return regions[index]
    }

    func lock(_ slots: Range<Int>, exclusive: Bool, for handle: Int) -> Bool {
        for slot in slots {
            if let owner = exclusiveTo[slot], owner != handle { return false }
            if exclusive, !sharedBy[slot].subtracting([handle]).isEmpty { return false }
        }
        for slot in slots {
            if exclusive { exclusiveTo[slot] = handle } else { sharedBy[slot].insert(handle) }
        }
        return true
    }

    func unlock(_ slots: Range<Int>, exclusive: Bool, for handle: Int) {
        for slot in slots {
            if exclusive {
                if exclusiveTo[slot] == handle { exclusiveTo[slot] = nil }
            } else {
                sharedBy[slot].remove(handle)
            }
        }
    }

    func release(_ handle: Int) {
        for slot in 0..<sharedBy.count {
            sharedBy[slot].remove(handle)
            if exclusiveTo[slot] == handle { exclusiveTo[slot] = nil }
        }
    }
}
