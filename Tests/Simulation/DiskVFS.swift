internal import CSQLite
internal import Glibc
internal import Synchronization

/// Puts a ``Disk`` under SQLite as a registered VFS.
final class DiskVFS {
    let name: String
    let disk: Disk
    private let vfs: UnsafeMutablePointer<sqlite3_vfs>
    private let cName: UnsafeMutablePointer<CChar>

    init(name: String, disk: Disk) {
        self.name = name
        self.disk = disk
        cName = strdup(name)
        vfs = .allocate(capacity: 1)
        vfs.initialize(to: sqlite3_vfs())
        vfs.pointee.iVersion = 1
        vfs.pointee.szOsFile = Int32(MemoryLayout<DiskHandle>.stride)
        vfs.pointee.mxPathname = 1024
        vfs.pointee.zName = UnsafePointer(cName)
        vfs.pointee.pAppData = Unmanaged.passUnretained(disk).toOpaque()
        DiskVFS.fill(vfs)
        precondition(sqlite3_vfs_register(vfs, 0) == SQLITE_OK, "a VFS registers")
    }

    deinit {
        sqlite3_vfs_unregister(vfs)
        vfs.deallocate()
        free(cName)
    }

    private static func fill(_ vfs: UnsafeMutablePointer<sqlite3_vfs>) {
        vfs.pointee.xOpen = { vfs, name, file, flags, outFlags in
            DiskVFS.open(vfs, name, file, flags, outFlags)
        }
        vfs.pointee.xDelete = { vfs, name, _ in
            guard let disk = DiskVFS.disk(vfs), let name else { return DiskError.delete }
            guard disk.fate(extends: false) == .none else { return DiskError.delete }
            let path = String(cString: name)
            guard disk.file(path) != nil else { return DiskError.deleteMissing }
            disk.delete(path)
            return SQLITE_OK
        }
        vfs.pointee.xAccess = { vfs, name, _, result in
            guard let disk = DiskVFS.disk(vfs), let name else { return DiskError.access }
            result?.pointee = disk.file(String(cString: name)) == nil ? 0 : 1
            return SQLITE_OK
        }
        vfs.pointee.xFullPathname = { _, name, size, out in
            guard let name, let out, strlen(name) < size else { return SQLITE_CANTOPEN }
            strcpy(out, name)
            return SQLITE_OK
        }
        vfs.pointee.xRandomness = { vfs, count, out in
            guard let disk = DiskVFS.disk(vfs), let out else { return 0 }
            for (index, byte) in disk.random(Int(count)).enumerated() {
                out[index] = CChar(bitPattern: byte)
            }
            return count
        }
        // Time stands still while SQLite waits for a lock: it only counts how long it would have.
        vfs.pointee.xSleep = { _, microseconds in microseconds }
        vfs.pointee.xCurrentTime = { _, out in
            out?.pointee = 2_460_000.5
            return SQLITE_OK
        }
        vfs.pointee.xGetLastError = { _, _, _ in 0 }
    }

    private static func disk(_ vfs: UnsafeMutablePointer<sqlite3_vfs>?) -> Disk? {
        vfs?.pointee.pAppData.map { Unmanaged<Disk>.fromOpaque($0).takeUnretainedValue() }
    }

    private static func open(
        _ vfs: UnsafeMutablePointer<sqlite3_vfs>?, _ name: UnsafePointer<CChar>?,
        _ file: UnsafeMutablePointer<sqlite3_file>?, _ flags: Int32,
        _ outFlags: UnsafeMutablePointer<Int32>?
    ) -> Int32 {
        guard let disk = disk(vfs), let file else { return SQLITE_CANTOPEN }
        let path = name.map { String(cString: $0) } ?? "temporary-\(disk.writes)"
        // What SQLite must not close when opening fails.
        file.pointee.pMethods = nil
        if disk.file(path) == nil {
            guard flags & SQLITE_OPEN_CREATE != 0 else { return SQLITE_CANTOPEN }
            guard disk.fate(extends: false) == .none else { return SQLITE_IOERR }
            disk.create(path).syncsDirectory =
                flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL)
                != 0
        }
        let open = OpenFile(disk: disk, file: disk.create(path))
        UnsafeMutableRawPointer(file).assumingMemoryBound(to: DiskHandle.self).pointee.open =
            Unmanaged.passRetained(open)
        file.pointee.pMethods = UnsafePointer(DiskMethods.table)
        outFlags?.pointee = flags
        return SQLITE_OK
    }
}

/// SQLite's file object with ours behind it.
struct DiskHandle {
    var base: sqlite3_file
    var open: Unmanaged<OpenFile>?
}

/// One connection's hold on one file, in one life of the machine.
final class OpenFile {
    let disk: Disk
    let file: Disk.File
    let number: Int
    private let generation: Int
    /// What it shares with others; kept, so that a dead handle's memory outlives the crash.
    var memory: SharedMemory?

    init(disk: Disk, file: Disk.File) {
        self.disk = disk
        self.file = file
        generation = disk.generation
        number = OpenFile.numbers.next()
    }

    var isDead: Bool { disk.isFrozen || generation != disk.generation }
    var isOfThisLife: Bool { generation == disk.generation }

    /// Names handles within the process; nothing depends on their order.
    private static let numbers = Numbers()
}

private final class Numbers: Sendable {
    private let value = Atomic<Int>(0)
    func next() -> Int { value.add(1, ordering: .relaxed).newValue }
}
