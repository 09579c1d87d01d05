import Glibc
internal import Operating
internal import Wire

/// A small file, kept away from the store, that says how far the store had come.
///
/// A copy of the store that is put back is older than its witness; that is how it is recognised. The file says
/// nothing about any dossier. Losing it loses only this recognition.
struct Witness {
    struct Mark: Equatable {
        /// Which store.
        var store: String
        /// The last sealed line of the ledger, 0 for none, and the hash of its seal.
        var line: Int64
        var seal: String
        /// Claims and settlements so far.
        var turns: Int64
    }

    let path: String
    /// The store's name: a digest of its epoch, which itself is told to nobody.
    let store: String

    init(path: String, epoch: [UInt8]) {
        self.path = path
        store = String(SHA256.digest(Array("lienthongd.witness".utf8) + epoch).hex.prefix(32))
    }

    /// nil when there is none, or none that can be read: either is told as a missing witness (LT-4033).
    func read() -> Mark? {
        guard let bytes = readFile(path), let value = try? JSONValue(parsing: bytes),
            let store = value["store"]?.text, let seal = value["seal"]?.text,
            let line = value["line"]?.text.flatMap({ Int64($0) }),
            let turns = value["turns"]?.text.flatMap({ Int64($0) })
        else { return nil }
        return Mark(store: store, line: line, seal: seal, turns: turns)
    }

    /// Replaces the file in one durable step; the reason when it cannot be.
    func write(_ mark: Mark) -> String? {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("store", mark.store)
        writer.member("line", mark.line)
        writer.member("seal", mark.seal)
        writer.member("turns", mark.turns)
        writer.endObject()
        let bytes = writer.finish() + [UInt8(ascii: "\n")]
        let temporary = path + ".new"
        guard Witness.write(bytes, to: temporary), rename(temporary, path) == 0 else {
            let reason = String(cString: strerror(errno))
            unlink(temporary)
            return reason
        }
        Witness.synchronizeDirectory(of: path)
        return nil
    }

    private static func write(_ bytes: [UInt8], to path: String) -> Bool {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        let isWritten =
            Glibc.write(descriptor, bytes, bytes.count) == bytes.count && fsync(descriptor) == 0
        let number = errno
        close(descriptor)
        errno = number
        return isWritten
    }

    /// Without it a power cut may bring an older witness back, which proves nothing wrong.
    private static func synchronizeDirectory(of path: String) {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            .joined(separator: "/")
        let descriptor = open(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
