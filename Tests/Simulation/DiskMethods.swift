internal import CSQLite
internal import Glibc

/// SQLite's file operations on a ``Disk``.
enum DiskMethods {
    /// Made once and never freed: SQLite keeps pointers to it. Nobody writes to it afterwards.
    nonisolated(unsafe) static let table = make()

    static func open(_ file: UnsafeMutablePointer<sqlite3_file>?) -> OpenFile? {
        guard let file else { return nil }
        return UnsafeMutableRawPointer(file).assumingMemoryBound(to: DiskHandle.self)
            .pointee.open?.takeUnretainedValue()
    }

    private static func make() -> UnsafeMutablePointer<sqlite3_io_methods> {
        let table = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        table.initialize(to: sqlite3_io_methods())
        table.pointee.iVersion = 2
        table.pointee.xClose = { file in
            guard let open = DiskMethods.open(file) else { return SQLITE_OK }
            if open.isOfThisLife { open.file.locks.release(to: SQLITE_LOCK_NONE, for: open.number) }
            Unmanaged.passUnretained(open).release()
            return SQLITE_OK
        }
        content(table)
        locks(table)
        memory(table)
        table.pointee.xFileControl = { _, _, _ in SQLITE_NOTFOUND }
        table.pointee.xSectorSize = { _ in 4096 }
        // What the system's own VFS says of every disk: a write never harms its neighbours.
        table.pointee.xDeviceCharacteristics = { _ in SQLITE_IOCAP_POWERSAFE_OVERWRITE }
        return table
    }

    private static func content(_ table: UnsafeMutablePointer<sqlite3_io_methods>) {
        table.pointee.xRead = { file, buffer, count, offset in
            guard let open = DiskMethods.open(file), let buffer, !open.isDead else {
                return DiskError.read
            }
            return open.file.content.withUnsafeBytes { bytes in
                let there = max(0, min(Int(count), bytes.count - Int(offset)))
                if there > 0, let base = bytes.baseAddress {
                    memcpy(buffer, base + Int(offset), there)
                }
                guard there < Int(count) else { return SQLITE_OK }
                memset(buffer + there, 0, Int(count) - there)
                return DiskError.shortRead
            }
        }
        table.pointee.xWrite = { file, buffer, count, offset in
            guard let open = DiskMethods.open(file), let buffer, !open.isDead else {
                return DiskError.write
            }
            let end = Int(offset) + Int(count)
            switch open.disk.fate(extends: end > open.file.content.count) {
            case .full: return SQLITE_FULL
            case .inputOutput: return DiskError.write
            case .none:
                open.disk.write(
                    open.file, offset: Int(offset),
                    bytes: UnsafeRawBufferPointer(start: buffer, count: Int(count)))
                return SQLITE_OK
            }
        }
        table.pointee.xTruncate = { file, size in
            guard let open = DiskMethods.open(file), !open.isDead else {
                return DiskError.truncate
            }
            guard open.disk.fate(extends: false) == .none else { return DiskError.truncate }
            open.disk.truncate(open.file, size: Int(size))
            return SQLITE_OK
        }
        table.pointee.xSync = { file, _ in
            guard let open = DiskMethods.open(file), !open.isDead else {
                return DiskError.sync
            }
            guard open.disk.fate(extends: false) == .none else { return DiskError.sync }
            open.disk.sync(open.file)
            return SQLITE_OK
        }
        table.pointee.xFileSize = { file, size in
            guard let open = DiskMethods.open(file), !open.isDead else {
                return DiskError.fileSize
            }
            size?.pointee = sqlite3_int64(open.file.content.count)
            return SQLITE_OK
        }
    }

    private static func locks(_ table: UnsafeMutablePointer<sqlite3_io_methods>) {
        table.pointee.xLock = { file, level in
            guard let open = DiskMethods.open(file), !open.isDead else { return DiskError.lock }
            return open.file.locks.take(level, for: open.number) ? SQLITE_OK : SQLITE_BUSY
        }
        table.pointee.xUnlock = { file, level in
            guard let open = DiskMethods.open(file), open.isOfThisLife else { return SQLITE_OK }
            open.file.locks.release(to: level, for: open.number)
            return SQLITE_OK
        }
        table.pointee.xCheckReservedLock = { file, result in
            result?.pointee = DiskMethods.open(file)?.file.locks.isReserved == true ? 1 : 0
            return SQLITE_OK
        }
    }

    private static func memory(_ table: UnsafeMutablePointer<sqlite3_io_methods>) {
        table.pointee.xShmMap = { file, index, size, extends, result in
            guard let open = DiskMethods.open(file), !open.isDead else {
                return DiskError.sharedMap
            }
            let memory = open.file.memory ?? SharedMemory()
            open.file.memory = memory
            open.memory = memory
            result?.pointee = memory.region(Int(index), size: Int(size), extends: extends != 0)
            return SQLITE_OK
        }
        table.pointee.xShmLock = { file, offset, count, flags in
            guard let open = DiskMethods.open(file) else { return DiskError.sharedLock }
            let slots = Int(offset)..<Int(offset + count)
            let isExclusive = flags & SQLITE_SHM_EXCLUSIVE != 0
            if flags & SQLITE_SHM_UNLOCK != 0 {
                open.memory?.unlock(slots, exclusive: isExclusive, for: open.number)
                return SQLITE_OK
            }
            guard !open.isDead, let memory = open.memory else { return DiskError.sharedLock }
            if open.disk.isLockedByOther, isExclusive, slots.contains(SharedMemory.writerSlot) {
                return SQLITE_BUSY
            }
            return memory.lock(slots, exclusive: isExclusive, for: open.number)
                ? SQLITE_OK : SQLITE_BUSY
        }
        table.pointee.xShmBarrier = { _ in }
        table.pointee.xShmUnmap = { file, deletes in
            guard let open = DiskMethods.open(file) else { return SQLITE_OK }
            open.memory?.release(open.number)
            if deletes != 0, open.isOfThisLife { open.file.memory = nil }
            open.memory = nil
            return SQLITE_OK
        }
    }
}
