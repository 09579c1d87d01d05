package import Contracts
internal import Glibc
package import Operating

/// Where secrets come from: systemd's `$CREDENTIALS_DIRECTORY`, else a directory of files that only the
/// daemon can read. The configuration only ever names them.
///
/// systemd passes a whole directory on (`LoadCredential=lienthongd:DIRECTORY`), so that no secret has to be named
/// in the unit, and one that is not there is told by us, by its name; it then prefixes each file's name.
package struct Credentials: Sendable {
    /// Where the unit takes them from; root finds them there also without systemd.
    private static let standardDirectory = "/etc/lienthongd/credentials"
    private static let prefix = "lienthongd_"

    private let directories: [String]

    package init(directory: String?) {
        var directories: [String] = []
        if let given = getenv("CREDENTIALS_DIRECTORY") {
            directories.append(String(cString: given))
        }
        directories.append(directory ?? Credentials.standardDirectory)
        self.directories = directories
    }

    /// Reads a secret; one trailing newline is not part of it.
    package func secret(_ name: String) throws(Trouble) -> Secret {
        guard let value = try optionalSecret(name) else {
            throw .credentialMissing(name, looked: directories)
        }
        return value
    }

    package func optionalSecret(_ name: String) throws(Trouble) -> Secret? {
        guard !name.isEmpty, !name.contains("/"), name != ".." else { throw .credentialName(name) }
        let places = directories.flatMap {
            ["\($0)/\(name)", "\($0)/\(Credentials.prefix)\(name)"]
        }
        for path in places {
            var info = stat()
            guard stat(path, &info) == 0 else { continue }
            // systemd's own files are 0400 of the service's user; a readable-by-all secret is none.
            guard info.st_mode & 0o077 == 0 else { throw .credentialExposed(path) }
            guard var bytes = readFile(path) else {
                throw .credentialUnreadable(path, reason: String(cString: strerror(errno)))
            }
            if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
            if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
            guard !bytes.isEmpty, let text = String(validating: bytes, as: UTF8.self) else {
                throw .credentialUnusable(path)
            }
            return Secret(text)
        }
        return nil
    }
}
