internal import Glibc

/// A section of a JSON5 file, read strictly: every key that nobody asked for is an error that names the
/// nearest known one, every wrong type and every value out of range names its place.
///
/// Readers ask for keys and end with ``finish()``, which is what makes reading strict.
package final class Settings {
    package let file: String
    /// The dotted place of this section in its file; empty at the top.
    package let place: String
    private let members: [String: SettingsTree]
    private var asked: Set<String> = []
    private var opened: [Settings] = []

    private init(file: String, place: String, members: [String: SettingsTree]) {
        self.file = file
        self.place = place
        self.members = members
    }

    /// Reads a whole file.
    package static func load(path: String) throws(Trouble) -> Settings {
        guard let bytes = readFile(path) else {
            throw .settingsUnreadable(file: path, reason: String(cString: strerror(errno)))
        }
        return try parse(bytes, file: path)
    }

    package static func parse(_ bytes: [UInt8], file: String) throws(Trouble) -> Settings {
        guard case .object(let members) = try SettingsTree.parse(bytes, file: file) else {
            throw .settingsSyntax(
                file: file, JSON5Error(problem: .notASection, line: 1, column: 1))
        }
        return Settings(file: file, place: "", members: members)
    }

    /// Every key of the section, sorted; for sections whose keys are names (destinations, code tables).
    package var keys: [String] { members.keys.sorted() }

    package func has(_ key: String) -> Bool { members[key] != nil }

    package func string(_ key: String) throws(Trouble) -> String {
        guard let value = try optionalString(key) else { throw missing(key) }
        return value
    }

    package func string(_ key: String, default value: String) throws(Trouble) -> String {
        try optionalString(key) ?? value
    }

    package func optionalString(_ key: String) throws(Trouble) -> String? {
        switch take(key) {
        case nil, .null: return nil
        case .string(let text): return text
        case .some(let other): throw wrong(key, "text", other.kind)
        }
    }

    /// Text out of a closed set.
    package func choice(_ key: String, of allowed: [String], default value: String?) throws(Trouble)
        -> String
    {
        guard let text = try optionalString(key) ?? value else { throw missing(key) }
        guard allowed.contains(text) else {
            throw wrong(key, allowed.joined(separator: " | "), "\"\(text)\"")
        }
        return text
    }

    package func bool(_ key: String, default value: Bool) throws(Trouble) -> Bool {
        switch take(key) {
        case nil: return value
        case .bool(let flag): return flag
        case .some(let other): throw wrong(key, "true/false", other.kind)
        }
    }

    package func integer(_ key: String, default value: Int? = nil, in range: ClosedRange<Int>)
        throws(Trouble) -> Int
    {
        switch take(key) {
        case nil:
            guard let value else { throw missing(key) }
            return value
        case .number(let number):
            guard let whole = Int(exactly: number), range.contains(whole) else {
                throw wrong(key, "\(range.lowerBound)…\(range.upperBound)", "\(number)")
            }
            return whole
        case .some(let other): throw wrong(key, "number", other.kind)
        }
    }

    package func number(_ key: String, default value: Double, in range: ClosedRange<Double>)
        throws(Trouble) -> Double
    {
        switch take(key) {
        case nil: return value
        case .number(let number):
            guard range.contains(number) else {
                throw wrong(key, "\(range.lowerBound)…\(range.upperBound)", "\(number)")
            }
            return number
        case .some(let other): throw wrong(key, "number", other.kind)
        }
    }

    /// A duration as text (`"250ms"`, `"30s"`, `"5m"`, `"8h"`, `"2d"`), in milliseconds.
    package func duration(_ key: String, default value: String, in range: ClosedRange<Int64>)
        throws(Trouble) -> Int64
    {
        let text = try optionalString(key) ?? value
        guard let milliseconds = Settings.milliseconds(text), range.contains(milliseconds) else {
            throw wrong(
                key, "a duration such as \"30s\" (\(range.lowerBound)…\(range.upperBound) ms)",
                "\"\(text)\"")
        }
        return milliseconds
    }

    package static func milliseconds(_ text: String) -> Int64? {
        let units: [(String, Int64)] = [
            ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
        ]
        for (suffix, factor) in units where text.hasSuffix(suffix) {
            let digits = text.dropLast(suffix.count)
            guard digits.utf8.allSatisfy({ (48...57).contains($0) }), let count = Int64(digits)
            else { continue }
            let (product, overflow) = count.multipliedReportingOverflow(by: factor)
            return overflow ? nil : product
        }
        return nil
    }

    package func strings(_ key: String, default value: [String] = []) throws(Trouble) -> [String] {
        switch take(key) {
        case nil: return value
        case .array(let items):
            var texts: [String] = []
            for item in items {
                guard case .string(let text) = item else {
                    throw wrong(key, "list of texts", item.kind)
                }
                texts.append(text)
            }
            return texts
        case .some(let other): throw wrong(key, "list of texts", other.kind)
        }
    }

    /// Numbers and texts alike as text, for answer codes that appear as both.
    package func texts(_ key: String) throws(Trouble) -> [String] {
        switch take(key) {
        case nil: return []
        case .array(let items):
            var texts: [String] = []
            for item in items {
                switch item {
                case .string(let text): texts.append(text)
                case .number(let number):
                    texts.append(Int(exactly: number).map { String($0) } ?? String(number))
                default: throw wrong(key, "list of texts or numbers", item.kind)
                }
            }
            return texts
        case .some(let other): throw wrong(key, "list of texts or numbers", other.kind)
        }
    }

    /// A section whose values are all text: a code table.
    package func table(_ key: String) throws(Trouble) -> [String: String] {
        guard let section = try optionalSection(key) else { return [:] }
        var table: [String: String] = [:]
        for name in section.keys { table[name] = try section.string(name) }
        return table
    }

    package func section(_ key: String) throws(Trouble) -> Settings {
        guard let section = try optionalSection(key) else { throw missing(key) }
        return section
    }

    package func optionalSection(_ key: String) throws(Trouble) -> Settings? {
        switch take(key) {
        case nil, .null: return nil
        case .object(let members): return open(path(key), members)
        case .some(let other): throw wrong(key, "section", other.kind)
        }
    }

    /// A list of sections.
    package func sections(_ key: String) throws(Trouble) -> [Settings] {
        switch take(key) {
        case nil: return []
        case .array(let items):
            var sections: [Settings] = []
            for (index, item) in items.enumerated() {
                guard case .object(let members) = item else {
                    throw wrong(key, "list of sections", item.kind)
                }
                sections.append(open("\(path(key))[\(index)]", members))
            }
            return sections
        case .some(let other): throw wrong(key, "list of sections", other.kind)
        }
    }

    /// Ends reading: a key that nobody asked for, here or in a section opened from here, is an error.
    package func finish() throws(Trouble) {
        for key in keys where !asked.contains(key) {
            throw .settingsUnknownKey(
                file: file, place: path(key), nearest: Nearest.of(key, among: Array(asked)))
        }
        for section in opened { try section.finish() }
    }

    /// A trouble at a key of this section, for rules that the reader itself checks.
    package func wrong(_ key: String, _ expected: String, _ found: String) -> Trouble {
        .settingsWrongValue(file: file, place: path(key), expected: expected, found: found)
    }

    package func missing(_ key: String) -> Trouble {
        .settingsMissingKey(file: file, place: path(key))
    }

    private func path(_ key: String) -> String { place.isEmpty ? key : "\(place).\(key)" }

    private func take(_ key: String) -> SettingsTree? {
        asked.insert(key)
        return members[key]
    }

    private func open(_ place: String, _ members: [String: SettingsTree]) -> Settings {
        let section = Settings(file: file, place: place, members: members)
        opened.append(section)
        return section
    }
}

/// The whole content of a small file; nil with `errno` set when it cannot be read.
package func readFile(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = read(descriptor, &chunk, chunk.count)
        if count == 0 { return bytes }
        if count < 0 {
            if errno == EINTR { continue }
            return nil
        }
        bytes.append(contentsOf: chunk[0..<count])
    }
}
