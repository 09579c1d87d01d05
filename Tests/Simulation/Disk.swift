/// The disk under the state store, in memory: what was synced is safe, what was only written may be lost.
///
/// At a loss of power each un-synced write survives, vanishes, or survives in some of its sectors, by
/// chance and independently of its neighbours: a disk promises order only across a sync. A crash of the
/// process alone loses nothing that was written. ``DiskVFS`` puts it under SQLite.
final class Disk {
    enum Fault { case none, full, inputOutput }
    enum Crash: String { case process, power }

    /// A file, as the running system sees it and as the platter has it.
    final class File {
        enum Change {
            case write(offset: Int, bytes: [UInt8])
            case truncate(size: Int)
        }
        let name: String
        var content: [UInt8] = []
        var durable: [UInt8] = []
        /// Changes since the last sync, in order.
        var pending: [Change] = []
        /// False until its directory is synced: its entry may be lost with the power.
        var isDurable = false
        /// A journal that was made just now: its first sync syncs the directory as well, as the system's
        /// own VFS does.
        var syncsDirectory = false
        /// Deleted, but the directory entry may come back with a loss of power.
        var isDeleted = false
        var locks = FileLocks()
        var memory: SharedMemory?

        init(name: String) { self.name = name }
    }

    static let sector = 512
    private(set) var files: [String: File] = [:]
    /// Counts the lives of the machine: handles of an earlier one are dead.
    private(set) var generation = 0
    private(set) var isFrozen = false
    /// Another process holds the store's write lock.
    var isLockedByOther = false
    var isFull = false
    /// Share of writes and syncs that fail.
    var errorShare = 0.0
    /// The operation, counted down, at which the machine stops.
    var crashIn: Int?
    private let draw: Draw
    private(set) var writes = 0
    private(set) var syncs = 0
    private(set) var faults = 0

    init(draw: Draw) { self.draw = draw }

    func random(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(draw.below(256)) } }

    func file(_ name: String) -> File? {
        guard let file = files[name], !file.isDeleted else { return nil }
        return file
    }

    func create(_ name: String) -> File {
        if let file = file(name) { return file }
        let file = File(name: name)
        // A deleted name that is used again: its old content can no longer come back.
        files[name] = file
        return file
    }

    func delete(_ name: String) {
        guard let file = file(name) else { return }
        file.isDeleted = true
    }

    /// Whether the next change happens; called before each.
    func fate(extends: Bool) -> Fault {
        if isFrozen { return .inputOutput }
        if let left = crashIn {
            guard left > 0 else {
                crashIn = nil
                isFrozen = true
                faults += 1
                return .inputOutput
            }
            crashIn = left - 1
        }
        if isFull, extends {
            faults += 1
            return .full
        }
        if draw.happens(errorShare) {
            faults += 1
            return .inputOutput
        }
        return .none
    }

    func write(_ file: File, offset: Int, bytes: UnsafeRawBufferPointer) {
        writes += 1
        file.apply(offset, bytes)
        file.pending.append(.write(offset: offset, bytes: Array(bytes)))
    }

    func truncate(_ file: File, size: Int) {
        file.resize(size)
        file.pending.append(.truncate(size: size))
    }

    func sync(_ file: File) {
        syncs += 1
        for change in file.pending { Disk.apply(change, to: &file.durable) }
        file.pending = []
        guard file.syncsDirectory else { return }
        file.syncsDirectory = false
        for (name, other) in files {
            if other.isDeleted { files[name] = nil } else { other.isDurable = true }
        }
    }

    func freeze() { isFrozen = true }

    /// What is left when the machine or the process is gone; handles of this life are dead from now on.
    func crash(_ kind: Crash) {
        generation += 1
        isFrozen = false
        crashIn = nil
        for name in files.keys.sorted() {
            guard let file = files[name] else { continue }
            if kind == .power { losePower(file) }
            if file.isDeleted { files[name] = nil }
            file.locks = FileLocks()
            file.memory = nil
        }
    }

    /// A copy of everything as it stands between two changes: as good as one made while nothing ran.
    func copy() -> [String: [UInt8]] { files.filter { !$0.value.isDeleted }.mapValues(\.content) }

    /// Puts a copy in the place of everything; an empty one is a lost disk. After ``crash(_:)``.
    func restore(_ copy: [String: [UInt8]]) {
        files = [:]
        for (name, content) in copy {
            let file = File(name: name)
            file.content = content
            file.durable = content
            file.isDurable = true
            files[name] = file
        }
    }

    private func losePower(_ file: File) {
        // An un-synced file may never have been; an un-synced deletion may not have happened.
        if !file.isDurable, draw.happens(0.5) {
            files[file.name] = nil
            return
        }
        if file.isDeleted, file.isDurable, draw.happens(0.5) { file.isDeleted = false }
        // All, none, or each by its own chance.
        let share = draw.one(of: [0, 0.2, 0.5, 0.9, 1])
        for change in file.pending { survive(change, of: file, share: share) }
        file.pending = []
        file.content = file.durable
        file.isDurable = true
    }

    private func survive(_ change: File.Change, of file: File, share: Double) {
        guard case .write(let offset, let bytes) = change, draw.happens(0.3) else {
            if draw.happens(share) { Disk.apply(change, to: &file.durable) }
            return
        }
        // Torn: some of its sectors.
        var start = 0
        while start < bytes.count {
            let end = min(
                bytes.count, (offset + start) / Disk.sector * Disk.sector + Disk.sector - offset)
            if draw.happens(share) {
                Disk.apply(
                    .write(offset: offset + start, bytes: Array(bytes[start..<end])),
                    to: &file.durable)
            }
            start = end
        }
    }

    private static func apply(_ change: File.Change, to bytes: inout [UInt8]) {
        switch change {
        case .write(let offset, let written):
            if bytes.count < offset + written.count {
                bytes.append(
                    contentsOf: repeatElement(0, count: offset + written.count - bytes.count))
            }
            bytes.withUnsafeMutableBytes { target in
                written.withUnsafeBytes { target[offset...].copyBytes(from: $0) }
            }
        case .truncate(let size):
            if bytes.count > size { bytes.removeLast(bytes.count - size) }
        }
    }
}

extension Disk.File {
    func apply(_ offset: Int, _ bytes: UnsafeRawBufferPointer) {
        let end = offset + bytes.count
        if content.count < end {
            content.append(contentsOf: repeatElement(0, count: end - content.count))
        }
        content.withUnsafeMutableBytes { $0[offset..<end].copyBytes(from: bytes) }
    }

    func resize(_ size: Int) {
        if content.count > size { content.removeLast(content.count - size) }
    }
}
