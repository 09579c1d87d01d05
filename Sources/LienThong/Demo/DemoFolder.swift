internal import Glibc
internal import Operating
internal import Wire

/// The demo's temporary directory: databases, credentials, configuration, logs; removed at the end.
final class DemoFolder {
    let path: String

    init() throws(Trouble) {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(base)/lienthongd-demo.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw .demoFolder(base, reason: String(cString: strerror(errno)))
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        for name in ["state", "credentials"] {
            guard mkdir("\(path)/\(name)", 0o700) == 0 else {
                throw .demoFolder("\(path)/\(name)", reason: String(cString: strerror(errno)))
            }
        }
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    func write(_ name: String, _ text: String) throws(Trouble) {
        let bytes = Array(text.utf8)
        let descriptor = open(file(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .demoFolder(file(name), reason: String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
            throw .demoFolder(file(name), reason: String(cString: strerror(errno)))
        }
    }

    func text(_ name: String) -> String {
        String(decoding: readFile(file(name)) ?? [], as: UTF8.self)
    }

    func lastLine(_ name: String) -> String {
        text(name).split(separator: "\n").last.map(String.init) ?? ""
    }

    func remove() {
        _ = nftw(
            path,
            { name, _, _, _ in
                guard let name else { return 0 }
                return Glibc.remove(name)
            }, 16, Int32(FTW_DEPTH.rawValue | FTW_PHYS.rawValue))
    }
}
