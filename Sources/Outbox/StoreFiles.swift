import Glibc
internal import Operating
internal import SQLite

/// The files of a state directory: `state.sqlite` with its companions, and `lock`.
struct StoreFiles {
    let directory: String
    /// A registered SQLite VFS under which the database lies; nil is the operating system's own.
    var vfs: String?
    var database: String { "\(directory)/state.sqlite" }
    var lock: String { "\(directory)/lock" }

    /// Makes the directory when it is not there; its parent must be.
    func prepareDirectory() throws(Trouble) {
        guard mkdir(directory, 0o700) != 0, errno != EEXIST else { return }
        throw failure(errno)
    }

    /// Creates an empty database file that only its owner can read, unless there is one; SQLite gives its
    /// companions the same permissions.
    func prepareDatabase() throws(Trouble) {
        let descriptor = open(database, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(errno) }
        close(descriptor)
    }

    /// Looks at the first bytes, so that a damaged or foreign file is named before SQLite touches it.
    func checkHeader() throws(Trouble) {
        let descriptor = open(database, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(errno) }
        defer { close(descriptor) }
        var header = [UInt8](repeating: 0, count: 100)
        let count = read(descriptor, &header, header.count)
        guard count >= 0 else { throw failure(errno) }
        // An empty file is one whose making was interrupted.
        if count == 0 { return }
        guard count == header.count, Array(header[0..<16]) == Array("SQLite format 3\0".utf8) else {
            throw .storeCorrupt(database, detail: "its first bytes are not SQLite's")
        }
    }

    func path(of part: StorePlaces.Part) -> String {
        switch part {
        case .database: database
        case .log: "\(database)-wal"
        case .index: "\(database)-shm"
        }
    }

    var isOnReadOnlyDisk: Bool { access(directory, W_OK) != 0 && errno == EROFS }

    var exists: Bool { access(database, F_OK) == 0 }

    /// Space that the database and its write-ahead log take, in bytes.
    var bytes: Int64 {
        var total: Int64 = 0
        for path in [database, "\(database)-wal"] {
            var information = stat()
            if stat(path, &information) == 0 { total += Int64(information.st_size) }
        }
        return total
    }

    func failure(_ number: Int32) -> Trouble {
        switch number {
        case ENOSPC, EDQUOT: .storeFull(directory)
        case EROFS, EACCES, EPERM: .storeReadOnly(directory)
        case EIO: .storeInputOutput(directory, detail: String(cString: strerror(number)))
        default: .storeDirectoryUnusable(directory, reason: String(cString: strerror(number)))
        }
    }
}

/// Which files a store has open, by device and inode: what the paths must still lead to.
///
/// SQLite does not look: it would go on writing into a file that was deleted, replaced by a backup or
/// unmounted, and all that it then says is lost with the process.
struct StorePlaces {
    enum Part: CaseIterable { case database, log, index }
    private struct Place: Equatable {
        var device: UInt
        var inode: UInt
    }
    private let known: [Part: Place]

    /// - Parameter vfs: a file system of a test's own need not have files at these paths.
    init(_ files: StoreFiles, vfs: String?) {
        known =
            vfs != nil
            ? [:]
            : Dictionary(
                uniqueKeysWithValues: Part.allCases.compactMap { part in
                    StorePlaces.place(files.path(of: part)).map { (part, $0) }
                })
    }

    /// The first file that is not where it was opened; nil when all are.
    func missing(_ files: StoreFiles) -> Part? {
        Part.allCases.first { part in
            known[part] != nil && known[part] != StorePlaces.place(files.path(of: part))
        }
    }

    private static func place(_ path: String) -> Place? {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return nil }
        return Place(device: UInt(facts.st_dev), inode: UInt(facts.st_ino))
    }
}

/// The one daemon's hold on a state directory, for as long as this object or the process lives.
///
/// The file holds the process number, for people; what counts is the kernel's lock, which a crash frees.
/// The corresponding C function is `flock`.
final class StoreLock {
    private static let tries = 10
    private let descriptor: Int32

    init(_ files: StoreFiles) throws(Trouble) {
        let descriptor = open(files.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw files.failure(errno) }
        // A command that looks who holds the lock takes it for an instant: that is not another daemon.
        var taken = flock(descriptor, LOCK_EX | LOCK_NB)
        for _ in 0..<StoreLock.tries where taken != 0 && errno == EWOULDBLOCK {
            usleep(20_000)
            taken = flock(descriptor, LOCK_EX | LOCK_NB)
        }
        guard taken == 0 else {
            let number = errno
            close(descriptor)
            guard number == EWOULDBLOCK else { throw files.failure(number) }
            throw .storeTaken(files.directory, process: StoreLock.written(files))
        }
        let text = Array("\(getpid())\n".utf8)
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, text, text.count, 0) == text.count
        else {
            let number = errno
            close(descriptor)
            throw files.failure(number)
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// The process that holds the directory; nil when none does.
    static func holder(_ files: StoreFiles) -> Int32? {
        let descriptor = open(files.lock, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        // A shared lock is had exactly when nobody holds the exclusive one.
        guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else { return nil }
        return written(files)
    }

    private static func written(_ files: StoreFiles) -> Int32? {
        guard let bytes = readFile(files.lock) else { return nil }
        return Int32(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }
}
