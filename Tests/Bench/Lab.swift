import Foundation

/// Where the benchmark works: a folder of its own that goes when it ends, our programs, and how much to do.
final class Lab {
    let root: String
    /// Where `lienthongd` and its companions were built.
    let bin: String
    /// The checkout, for its configuration files.
    let home: String
    let runs: Int
    /// 1 for figures that count; small when only the benchmark itself is to be checked.
    let scale: Double
    /// Ten million instead of one, where that is a question.
    let isLarge: Bool

    init(bin: String, home: String, runs: Int, scale: Double, isLarge: Bool) throws {
        var template = Array(
            "\(ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp")/lienthong-bench-XXXXXX"
                .utf8CString)
        guard mkdtemp(&template) != nil else { throw Broken(description: "no temporary folder") }
        root = template.withUnsafeBufferPointer {
            String(decoding: $0.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        chmod(root, 0o755)
        self.bin = bin
        self.home = home
        self.runs = runs
        self.scale = scale
        self.isLarge = isLarge
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    func folder(_ name: String) -> String {
        let path = "\(root)/\(name)"
        try? FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
        return path
    }

    func program(_ name: String) -> String { "\(bin)/\(name)" }

    /// A number of things to do, smaller when only the benchmark itself is checked.
    func count(_ full: Int, atLeast least: Int = 100) -> Int {
        max(least, Int(Double(full) * scale))
    }

    /// Runs two things alternately, so that a machine that slows down slows both.
    func sideBySide<A, B>(_ ours: () throws -> A, _ theirs: () throws -> B) throws -> ([A], [B]) {
        var first: [A] = []
        var second: [B] = []
        for round in 0..<runs {
            if round % 2 == 0 {
                first.append(try ours())
                second.append(try theirs())
            } else {
                second.append(try theirs())
                first.append(try ours())
            }
        }
        return (first, second)
    }

    func say(_ words: String) {
        FileHandle.standardError.write(Data("bench: \(words)\n".utf8))
    }
}
