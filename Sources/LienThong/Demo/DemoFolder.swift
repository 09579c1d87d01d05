internal import Foundation
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

    /// Copies a directory of small files.
    func copy(_ directory: String, to name: String) throws(Trouble) {
        guard mkdir(file(name), 0o700) == 0, let listing = opendir(directory) else {
            throw .demoFolder(file(name), reason: String(cString: strerror(errno)))
        }
        defer { closedir(listing) }
        while let entry = readdir(listing) {
            let file = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard !file.hasPrefix("."), let bytes = readFile("\(directory)/\(file)") else {
                continue
            }
            try write("\(name)/\(file)", String(decoding: bytes, as: UTF8.self))
        }
    }

    func text(_ name: String) -> String {
        String(decoding: readFile(file(name)) ?? [], as: UTF8.self)
    }

    func lastLine(_ name: String) -> String {
        text(name).split(separator: "\n").last.map(String.init) ?? ""
    }

    func remove() {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            Output.text("Không xoá được / cannot remove: \(path)")
        }
    }
}
