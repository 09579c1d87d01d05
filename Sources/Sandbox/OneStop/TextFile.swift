internal import Glibc
internal import Operating

/// A whole file as text; nil when it cannot be read.
func readText(_ path: String) -> String? {
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = fread(&buffer, 1, buffer.count, file)
        if count > 0 { bytes.append(contentsOf: buffer[..<count]) }
        if count < buffer.count { break }
    }
    return ferror(file) == 0 ? String(decoding: bytes, as: UTF8.self) : nil
}

/// Writes a whole file, in place of any older one.
func writeFile(_ path: String, _ bytes: [UInt8]) throws(Trouble) {
    guard let file = fopen(path, "we") else { throw .sandboxFileUnwritable(path) }
    let written = fwrite(bytes, 1, bytes.count, file)
    guard fclose(file) == 0, written == bytes.count else { throw .sandboxFileUnwritable(path) }
}

/// Where the project's own data files are when no option says so.
enum ProjectFolder {
    /// `Config/<name>` under the working folder or above the executable, else where a package puts it.
    static func config(_ name: String) -> String {
        var places = ["Config/\(name)"]
        var folder = executable()
        while let slash = folder.lastIndex(of: "/") {
            folder = String(folder[..<slash])
            places.append("\(folder)/Config/\(name)")
        }
        places.append("/usr/share/lienthongd/\(name)")
        return places.first { access($0, R_OK) == 0 } ?? places[0]
    }

    private static func executable() -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        guard count > 0 else { return "" }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
