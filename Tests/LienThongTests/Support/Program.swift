import Foundation
import Glibc

/// Why a test cannot even begin, or waited in vain.
struct Unmet: Error, CustomStringConvertible {
    var description: String
}

/// The `lienthongd` that was built beside this test bundle.
enum Program {
    static let path = Result { try find() }

    private static func find() throws -> String {
        // …/debug/<bundle>.xctest, perhaps with folders inside; the binary lies beside the bundle.
        var places: [String] = []
        for start in [CommandLine.arguments[0], Bundle.main.executablePath ?? ""] {
            var parts = start.split(separator: "/").map(String.init)
            while !parts.isEmpty {
                parts.removeLast()
                places.append("/" + (parts + ["lienthongd"]).joined(separator: "/"))
            }
        }
        places.append("\(checkout)/.build/debug/lienthongd")
        guard let found = places.first(where: isProgram) else {
            throw Unmet(
                description:
                    "lienthongd is not built beside this test bundle; build it: swift build"
            )
        }
        return found
    }

    private static func isProgram(_ path: String) -> Bool {
        var facts = stat()
        return stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG
            && access(path, X_OK) == 0
    }

    /// The folder of `Package.swift`.
    static let checkout = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    static let config = "\(checkout)/Config"
}
