import Foundation
import Glibc

/// Why a test cannot even begin, or waited in vain.
package struct Unmet: Error, CustomStringConvertible {
    package var description: String

    package init(description: String) { self.description = description }
}

/// The `lienthongd` that was built beside this test bundle or program.
package enum Program {
    package static let path = Result { try find("lienthongd") }
    package static let sandbox = Result { try find("lienthong-sandbox") }

    private static func find(_ name: String) throws -> String {
        // …/debug/<bundle>.xctest, perhaps with folders inside; the binary lies beside the bundle.
        var places: [String] = []
        for start in [CommandLine.arguments[0], Bundle.main.executablePath ?? ""] {
            var parts = start.split(separator: "/").map(String.init)
            while !parts.isEmpty {
                parts.removeLast()
                places.append("/" + (parts + [name]).joined(separator: "/"))
            }
        }
        places.append("\(checkout)/.build/debug/\(name)")
        guard let found = places.first(where: isProgram) else {
            throw Unmet(
                description:
                    "\(name) is not built beside this program; build it: swift build"
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
    package static let checkout = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    package static let config = "\(checkout)/Config"
}
