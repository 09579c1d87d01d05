internal import Contracts
internal import Glibc
package import Operating
internal import Wire

/// The key that seals bodies in the state store.
///
/// A credential named `state-key` when there is one; else a file of its own in the state directory, made
/// at first start. The file keeps a copied database unreadable; it does not help when the whole
/// directory is copied, which is why a credential is better.
package enum StateKey {
    /// - Parameter mayCreate: false for whoever only looks: a key that `sudo lienthongd check` made would
    ///   belong to root, and the service could not read it.
    /// - Returns: nil when there is no key yet and none may be made.
    package static func load(
        directory: String, credentials: Credentials, mayCreate: Bool = true
    ) throws(Trouble) -> [UInt8]? {
        if let secret = try credentials.optionalSecret("state-key") {
            guard let key = Hex.decode(secret.value), key.count == 32 else {
                throw .stateKeyMalformed("credential state-key")
            }
            return key
        }
        let path = "\(directory)/state.key"
        if let text = readFile(path) {
            guard
                let key = Hex.decode(
                    String(decoding: text, as: UTF8.self).filter { !$0.isWhitespace }),
                key.count == 32
            else { throw .stateKeyMalformed(path) }
            return key
        }
        guard errno == ENOENT else {
            throw .stateKeyUnwritable(path, reason: String(cString: strerror(errno)))
        }
        // A new key beside an old store would only hide what has happened.
        var store = stat()
        guard stat("\(directory)/state.sqlite", &store) != 0 || store.st_size == 0 else {
            throw .stateKeyLost(path)
        }
        guard mayCreate else { return nil }
        guard mkdir(directory, 0o700) == 0 || errno == EEXIST else {
            throw .stateDirectoryMissing(directory, reason: String(cString: strerror(errno)))
        }
        return try create(path)
    }

    private static func create(_ path: String) throws(Trouble) -> [UInt8] {
        let key = SecureRandom.bytes(32)
        let text = Array((Hex.encode(key) + "\n").utf8)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .stateKeyUnwritable(path, reason: String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        // On disk before anything is sealed with it: a lost key is a lost store.
        guard write(descriptor, text, text.count) == text.count, fsync(descriptor) == 0 else {
            let reason = String(cString: strerror(errno))
            unlink(path)
            throw .stateKeyUnwritable(path, reason: reason)
        }
        syncDirectory(of: path)
        return key
    }

    /// Makes the file's name durable too. A file system that cannot do it has nothing better to offer.
    private static func syncDirectory(of path: String) {
        let parent = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        let descriptor = open(parent.joined(separator: "/"), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
