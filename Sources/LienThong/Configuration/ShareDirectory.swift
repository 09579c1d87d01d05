internal import Glibc
package import Operating

/// Where the shipped data lives: contracts, code tables, source profiles, the sample configuration.
///
/// Looked for in this order: the directory given with `--share`, `/etc/lienthongd`,
/// `/usr/share/lienthongd`, and `Config` of the checkout that the binary was built in.
package enum ShareDirectory {
    package static func locate(_ given: String?) throws(Trouble) -> String {
        let candidates =
            given.map { [$0] } ?? ["/etc/lienthongd", "/usr/share/lienthongd"] + besideBinary()
        if let found = candidates.first(where: isShare) { return found }
        // One that is there and may not be read is the one that was meant.
        if let forbidden = candidates.first(where: isForbidden) {
            throw .fileForbidden(forbidden, user: ServiceAccount.name)
        }
        throw .shareMissing(looked: candidates)
    }

    private static func isForbidden(_ path: String) -> Bool {
        ["contracts", "sources"].contains {
            access("\(path)/\($0)", R_OK | X_OK) != 0 && errno == EACCES
        }
    }

    private static func isShare(_ path: String) -> Bool {
        access("\(path)/contracts", R_OK | X_OK) == 0 && access("\(path)/sources", R_OK | X_OK) == 0
    }

    /// The names in one of the share's directories, without an ending.
    static func names(in directory: String, ending: String = "") -> [String] {
        guard let listing = opendir(directory) else { return [] }
        defer { closedir(listing) }
        var names: [String] = []
        while let entry = readdir(listing) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard !name.hasPrefix("."), name.hasSuffix(ending) else { continue }
            names.append(String(name.dropLast(ending.count)))
        }
        return names.sorted()
    }

    /// `.build/<triple>/<configuration>/lienthongd` stands three folders below the checkout.
    private static func besideBinary() -> [String] {
        guard let binary = executablePath() else { return [] }
        var parts = binary.split(separator: "/").map(String.init)
        var candidates: [String] = []
        for _ in 0..<5 where !parts.isEmpty {
            parts.removeLast()
            candidates.append("/" + (parts + ["Config"]).joined(separator: "/"))
        }
        return candidates
    }

    /// The path of the running binary.
    package static func executablePath() -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes { bytes -> Int in
            guard let base = bytes.baseAddress else { return -1 }
            return readlink("/proc/self/exe", base.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        guard count > 0 else { return nil }
        return String(decoding: buffer[0..<count], as: UTF8.self)
    }
}
