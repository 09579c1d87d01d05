import Foundation
import Glibc

/// A disk of a few megabytes that a test can fill and make read-only: a tmpfs, which takes root to mount.
/// Unmounted with the value that holds it.
final class Disk {
    let path: String

    init(megabytes: Int, at path: String) throws {
        self.path = path
        mkdir(path, 0o700)
        try Disk.run(["mount", "-t", "tmpfs", "-o", "size=\(megabytes)m,mode=700", "tmpfs", path])
    }

    deinit { try? Disk.run(["umount", "-l", path]) }

    func makeReadOnly() throws { try Disk.run(["mount", "-o", "remount,ro", path]) }
    func makeWritable() throws { try Disk.run(["mount", "-o", "remount,rw", path]) }

    /// Leaves no free byte.
    func fill() {
        let descriptor = open("\(path)/filler", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        let chunk = [UInt8](repeating: 1, count: 4096)
        while write(descriptor, chunk, chunk.count) > 0 {}
        close(descriptor)
    }

    func free() { unlink("\(path)/filler") }

    private static func run(_ command: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Unmet(description: command.joined(separator: " "))
        }
    }
}
