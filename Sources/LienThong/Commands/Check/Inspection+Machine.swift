internal import Glibc
internal import Operating
internal import Outbox
internal import Wire

// The machine: clock, disk, state store.
extension Inspection {
    /// A clock before this program was written is a clock that nobody has set.
    func checkClock() {
        let now = WallClock.system.now().wall
        let written = Timestamp(vietnam: CivilTime(year: 2026, month: 1, day: 1))
        if now < written {
            add(.clockUnset(now.rfc3339))
        } else {
            fine("đồng hồ / clock: \(now.rfc3339)")
        }
    }

    /// The daemon makes the last part of the path itself.
    func checkDisk(_ path: String) {
        let parent = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            .joined(separator: "/")
        let directory =
            access(path, F_OK) != 0 && errno == ENOENT && !parent.isEmpty ? parent : path
        var info = statvfs()
        guard statvfs(directory, &info) == 0, access(directory, W_OK | X_OK) == 0 else {
            return add(
                .stateDirectoryMissing(directory, reason: String(cString: strerror(errno))))
        }
        let free = UInt64(info.f_bavail) * UInt64(info.f_frsize) / (1 << 20)
        if free < 512 {
            add(.diskNearlyFull(directory, freeMiB: free))
        } else {
            fine("đĩa / disk: \(directory), còn / free \(free) MiB")
        }
    }

    /// The store as the daemon would find it. Its whole file is read only when there is time for it, which
    /// there is not before a service starts (`--offline`).
    func checkStore(_ directory: String, key: [UInt8]) {
        do throws(Trouble) {
            let reader = try StoreReader(directory: directory, key: key.isEmpty ? nil : key)
            let damage = isOffline ? nil : try onStore { try reader.findDamage() }
            if let damage {
                let line = damage.split(separator: "\n").last.map(String.init) ?? damage
                throw .storeDamaged(directory, detail: line)
            }
            fine("kho trạng thái / state store: \(directory)/state.sqlite")
        } catch {
            switch error.code {
            // The daemon's start makes it, or brings it up.
            case "LT-4011": fine("kho trạng thái / state store: chưa có / none yet")
            case "LT-4012": fine("kho trạng thái / state store: sẽ nâng cấp / to be brought up")
            default: add(error)
            }
        }
    }
}
