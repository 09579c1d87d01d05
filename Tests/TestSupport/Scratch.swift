import Foundation
package import Glibc
import Operating
import Synchronization

/// A folder of one test's own, removed with it. Others may pass through it, which a program that runs as
/// another user needs.
package final class Scratch: Sendable {
    package let path: String
    private let names = Atomic<Int>(0)

    package init() throws {
        var template = Array("/tmp/lienthongd-cli.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Unmet(description: "mkdtemp failed") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        chmod(path, 0o755)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    package func nextName() -> String { "child-\(names.add(1, ordering: .relaxed).newValue)" }

    package func file(_ name: String) -> String { "\(path)/\(name)" }

    package func write(_ name: String, _ text: String, mode: mode_t = 0o600) throws {
        try text.write(toFile: file(name), atomically: false, encoding: .utf8)
        chmod(file(name), mode)
    }

    package func makeFolder(_ name: String) throws {
        guard mkdir(file(name), 0o700) == 0 else { throw Unmet(description: "mkdir \(name)") }
    }

    package static func text(_ path: String) -> String {
        String(decoding: readFile(path) ?? [], as: UTF8.self)
    }
}
