internal import CSQLite

/// SQLite's extended codes, which are expressions in its header and so do not reach Swift.
enum DiskError {
    /// `SQLITE_IOERR_READ`
    static let read = SQLITE_IOERR | 1 << 8
    /// `SQLITE_IOERR_SHORT_READ`
    static let shortRead = SQLITE_IOERR | 2 << 8
    /// `SQLITE_IOERR_WRITE`
    static let write = SQLITE_IOERR | 3 << 8
    /// `SQLITE_IOERR_FSYNC`
    static let sync = SQLITE_IOERR | 4 << 8
    /// `SQLITE_IOERR_TRUNCATE`
    static let truncate = SQLITE_IOERR | 6 << 8
    /// `SQLITE_IOERR_FSTAT`
    static let fileSize = SQLITE_IOERR | 7 << 8
    /// `SQLITE_IOERR_DELETE`
    static let delete = SQLITE_IOERR | 10 << 8
    /// `SQLITE_IOERR_ACCESS`
    static let access = SQLITE_IOERR | 13 << 8
    /// `SQLITE_IOERR_LOCK`
    static let lock = SQLITE_IOERR | 15 << 8
    /// `SQLITE_IOERR_SHMLOCK`
    static let sharedLock = SQLITE_IOERR | 20 << 8
    /// `SQLITE_IOERR_SHMMAP`
    static let sharedMap = SQLITE_IOERR | 21 << 8
    /// `SQLITE_IOERR_DELETE_NOENT`
    static let deleteMissing = SQLITE_IOERR | 23 << 8
}
