import Foundation
import Glibc

/// A disk of a few megabytes that a test can fill and make read-only: a tmpfs, which takes root to mount.
/// Unmounted with the value that holds it. Or one of gigabytes: a file system in a sparse file.
package final class Disk {
    package let path: String

    package init(megabytes: Int, at path: String) throws {
        self.path = path
        mkdir(path, 0o700)
        try Disk.run(["mount", "-t", "tmpfs", "-o", "size=\(megabytes)m,mode=700", "tmpfs", path])
    }

    /// A real file system in a sparse file, for what grows.
    package init(gigabytes: Int, image: String, at path: String) throws {
        self.path = path
        mkdir(path, 0o700)
        try Disk.run(["truncate", "-s", "\(gigabytes)G", image])
        try Disk.run(["mkfs.ext4", "-q", "-m", "0", image])
        try Disk.run(["mount", "-o", "loop", image, path])
    }

    deinit { try? Disk.run(["umount", "-l", path]) }

    package func makeReadOnly() throws { try Disk.run(["mount", "-o", "remount,ro", path]) }
    package func makeWritable() throws { try Disk.run(["mount", "-o", "remount,rw", path]) }

    /// Leaves no free byte.
    package func fill() {
        let descriptor = open("\(path)/filler", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        // Reserves what it can before it writes the rest, so that gigabytes cost nothing.
        var size: off_t = 0
        var step: off_t = 1 << 32
        while step >= 1 << 16 {
            if posix_fallocate(descriptor, size, step) == 0 { size += step } else { step /= 2 }
        }
        let chunk = [UInt8](repeating: 1, count: 4096)
        while write(descriptor, chunk, chunk.count) > 0 {}
        close(descriptor)
    }

    package func free() { unlink("\(path)/filler") }

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
