import Foundation

/// One deliberate mistake in the real code: small, named, of a kind that real programs have made.
///
/// Bugs are kept as text beside the runner (`Bugs/*.txt`), so that nothing of them is in the product. Each
/// names a file, the exact lines it changes, and the changed lines, in which the word `PLANTED` stands for
/// a condition that is true only when this bug is chosen:
///
///     bug failed-probe-means-missing
///     says A probe that failed is read as "the destination does not have it".
///     peer §1 TraCuuHoSo failure swallowed
///     file Sources/Couriers/Judge+Passing.swift
///     <<<
///     guard let evidence = …
///     ===
///     guard let evidence = PLANTED ? … : …
///     >>>
struct Bug {
    struct Change {
        var file: String
        var original: String
        var planted: String
    }

    var name: String
    /// What is wrong, in a sentence.
    var says = ""
    /// Which real program's weakness it is; empty when none is known.
    var peer = ""
    var changes: [Change] = []
    /// Its place in the list, from 1: 0 is the unharmed code.
    var number = 0

    struct Malformed: Error, CustomStringConvertible {
        var file: String
        var line: Int
        var reason: String
        var description: String { "\(file):\(line): \(reason)" }
    }

    /// Reads every bug of a folder, in the order of file names and lines.
    static func load(folder: URL) throws -> [Bug] {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        var bugs: [Bug] = []
        for file in files where file.hasSuffix(".txt") {
            let text = try String(
                contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
            bugs += try read(text, file: file)
        }
        var names: Set<String> = []
        for index in bugs.indices {
            bugs[index].number = index + 1
            guard names.insert(bugs[index].name).inserted else {
                throw Malformed(file: "Bugs", line: 0, reason: "two bugs named \(bugs[index].name)")
            }
        }
        return bugs
    }

    private static func read(_ text: String, file: String) throws -> [Bug] {
        enum Place { case outside, original, planted }
        var bugs: [Bug] = []
        var place = Place.outside
        var source = ""
        var original: [String] = []
        var planted: [String] = []
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for (index, line) in lines.enumerated() {
            func malformed(_ reason: String) -> Malformed {
                Malformed(file: file, line: index + 1, reason: reason)
            }
            switch (place, line) {
            case (.outside, "<<<"): place = .original
            case (.original, "==="): place = .planted
            case (.planted, ">>>"):
                guard !bugs.isEmpty, !source.isEmpty else { throw malformed("no bug or file") }
                guard planted.contains(where: { $0.contains("PLANTED") }) else {
                    throw malformed("PLANTED is not among the changed lines")
                }
                bugs[bugs.count - 1].changes.append(
                    Change(
                        file: source, original: original.joined(separator: "\n"),
                        planted: planted.joined(separator: "\n")))
                original = []
                planted = []
                place = .outside
            case (.original, _): original.append(line)
            case (.planted, _): planted.append(line)
            case (.outside, _):
                if line.isEmpty || line.hasPrefix("#") { continue }
                let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
                let value = parts.count > 1 ? parts[1] : ""
                switch parts[0] {
                case "bug":
                    bugs.append(Bug(name: value))
                    source = ""
                case "says": bugs[bugs.count - 1].says = value
                case "peer": bugs[bugs.count - 1].peer = value
                case "file": source = value
                default: throw malformed("\(parts[0]) is no word of this format")
                }
            }
        }
        guard place == .outside else {
            throw Malformed(file: file, line: lines.count, reason: "a change does not end")
        }
        if let empty = bugs.first(where: { $0.changes.isEmpty || $0.says.isEmpty }) {
            throw Malformed(file: file, line: 0, reason: "\(empty.name) changes or says nothing")
        }
        return bugs
    }
}
