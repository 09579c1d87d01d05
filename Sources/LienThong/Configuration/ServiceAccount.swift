internal import Glibc
internal import Operating

/// The account as which the service runs. Root may do anything, so whoever looks as root sees nothing that the
/// service may not do.
enum ServiceAccount {
    enum Assumed {
        /// Not root: whatever fails for us fails for us.
        case asWeAre
        /// This process is the service's user now, for good.
        case became(String)
        /// Root, and the service has never run: nobody knows whom systemd will make its user.
        case unknown
    }

    /// Becomes the owner of the service's state directory, for the rest of this process.
    ///
    /// systemd makes the user of `DynamicUser=` and gives it that directory, so that its owner says who it is
    /// also while the service stands still.
    static func assume(owning directory: String) -> Assumed {
        guard geteuid() == 0 else { return .asWeAre }
        var facts = stat()
        guard stat(directory, &facts) == 0, facts.st_uid != 0 else { return .unknown }
        // In this order: without root the others could not be given up.
        guard setgroups(0, nil) == 0, setgid(facts.st_gid) == 0, setuid(facts.st_uid) == 0 else {
            return .unknown
        }
        return .became(name(of: facts.st_uid))
    }

    /// Which of the files and folders this process may not read.
    static func unreadable(_ paths: [String]) -> [String] {
        paths.filter { path in
            var facts = stat()
            let isFolder = stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
            // What is not there is told by whoever needs it.
            return access(path, isFolder ? R_OK | X_OK : R_OK) != 0 && errno != ENOENT
        }
    }

    /// Who this process is.
    static var name: String { name(of: geteuid()) }

    private static func name(of user: uid_t) -> String {
        guard let entry = getpwuid(user) else { return "uid \(user)" }
        return String(cString: entry.pointee.pw_name)
    }
}
