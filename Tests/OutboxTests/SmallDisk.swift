import Foundation

/// A disk of a few megabytes: a tmpfs, when the tests may mount one.
///
/// Unmounted with the value that holds it.
final class SmallDisk {
    let scratch = Scratch()
    let path: String

    /// nil when this user may not mount.
    init?(megabytes: Int) {
        path = "\(scratch.path)/disk"
        mkdir(path, 0o700)
        guard SmallDisk.run(["mount", "-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", path])
        else { return nil }
    }

    deinit { _ = SmallDisk.run(["umount", "-l", path]) }

    func makeReadOnly() -> Bool { SmallDisk.run(["mount", "-o", "remount,ro", path]) }

    /// Leaves no free byte.
    func fill() {
        let descriptor = open("\(path)/filler", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        let chunk = [UInt8](repeating: 1, count: 4096)
        while write(descriptor, chunk, chunk.count) > 0 {}
        close(descriptor)
    }

    func free() { unlink("\(path)/filler") }

    private static func run(_ command: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
