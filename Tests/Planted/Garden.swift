import Foundation

/// A copy of the package in which every bug is planted, asleep.
///
/// All bugs live in one build, each behind a condition on one number; which is awake is told by the name
/// that the program is started under (`simulate-17`). One build serves them all, and number 0 is the
/// unharmed code, compiled the same way.
struct Garden {
    let root: URL
    let copy: URL
    let bugs: [Bug]

    struct Barren: Error, CustomStringConvertible {
        var reasons: [String]
        var description: String { reasons.joined(separator: "\n") }
    }

    /// Whether every bug still finds its place in today's code: exactly once, overlapping no other.
    func check() throws { _ = try plantedFiles() }

    /// Writes the copy. What has not changed keeps its times, so that a second build is a small one.
    func plant() throws {
        let manager = FileManager.default
        let planted = try plantedFiles()
        var modules: Set<String> = []
        for path in planted.keys {
            modules.insert(path.split(separator: "/").prefix(2).joined(separator: "/"))
        }
        var wanted: [String: Data] = [:]
        for top in ["Package.swift", "Sources", "Tests", "Config"] {
            for path in try files(under: top) {
                wanted[path] = try Data(contentsOf: root.appendingPathComponent(path))
            }
        }
        for (path, text) in planted { wanted[path] = Data(text.utf8) }
        for module in modules {
            wanted["\(module)/PlantedBug.swift"] = Data(Garden.chooser.utf8)
        }
        for top in ["Sources", "Tests", "Config"] {
            for path in try files(under: top, of: copy) where wanted[path] == nil {
                try manager.removeItem(at: copy.appendingPathComponent(path))
            }
        }
        for (path, data) in wanted {
            let target = copy.appendingPathComponent(path)
            if let old = try? Data(contentsOf: target), old == data { continue }
            try manager.createDirectory(
                at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
            try data.write(to: target)
        }
    }

    /// Which bug is awake: the number at the end of the program's name; in tests, whose programs have names of
    /// their own, the one in the environment.
    private static let chooser = """
        internal import Foundation

        let plantedBug: Int = {
            if let text = ProcessInfo.processInfo.environment["\(TestHunt.variable)"] {
                return Int(text) ?? 0
            }
            guard let name = CommandLine.arguments.first, let dash = name.lastIndex(of: "-")
            else { return 0 }
            return Int(name[name.index(after: dash)...]) ?? 0
        }()

        """

    private func plantedFiles() throws -> [String: String] {
        struct Cut {
            var range: Range<String.Index>
            var text: String
            var bug: String
        }
        var cuts: [String: [Cut]] = [:]
        var texts: [String: String] = [:]
        var reasons: [String] = []
        for bug in bugs {
            for change in bug.changes {
                let text: String
                if let known = texts[change.file] {
                    text = known
                } else if let read = try? String(
                    contentsOf: root.appendingPathComponent(change.file), encoding: .utf8)
                {
                    text = read
                    texts[change.file] = read
                } else {
                    reasons.append("\(bug.name): \(change.file) is not there")
                    continue
                }
                guard let range = text.range(of: change.original) else {
                    reasons.append("\(bug.name): its lines are not in \(change.file)")
                    continue
                }
                if text.range(of: change.original, range: range.upperBound..<text.endIndex) != nil {
                    reasons.append("\(bug.name): its lines are in \(change.file) more than once")
                }
                let condition = "(plantedBug == \(bug.number))"
                cuts[change.file, default: []].append(
                    Cut(
                        range: range,
                        text: change.planted.replacingOccurrences(of: "PLANTED", with: condition),
                        bug: bug.name))
            }
        }
        var planted: [String: String] = [:]
        for (file, found) in cuts {
            guard var text = texts[file] else { continue }
            let ordered = found.sorted { $0.range.lowerBound < $1.range.lowerBound }
            for (one, next) in zip(ordered, ordered.dropFirst())
            where one.range.upperBound > next.range.lowerBound {
                reasons.append("\(one.bug) and \(next.bug) change the same lines of \(file)")
            }
            for cut in ordered.reversed() { text.replaceSubrange(cut.range, with: cut.text) }
            planted[file] = text
        }
        guard reasons.isEmpty else { throw Barren(reasons: reasons.sorted()) }
        return planted
    }

    private func files(under top: String, of base: URL? = nil) throws -> [String] {
        let base = base ?? root
        let start = base.appendingPathComponent(top)
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: start.path, isDirectory: &isFolder) else {
            return []
        }
        guard isFolder.boolValue else { return [top] }
        var found: [String] = []
        for case let path as String in FileManager.default.enumerator(atPath: start.path)
            ?? FileManager.DirectoryEnumerator()
        {
            var isInner: ObjCBool = false
            let full = start.appendingPathComponent(path).path
            if FileManager.default.fileExists(atPath: full, isDirectory: &isInner),
                !isInner.boolValue
            {
                found.append("\(top)/\(path)")
            }
        }
        return found
    }
}
