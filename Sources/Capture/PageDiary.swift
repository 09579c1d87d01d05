internal import Dossiers
internal import Glibc

/// What page is being read, in a file of its own: what a daemon that was killed in the middle of one leaves to the next.
///
/// Written without waiting for the disk. Whatever ends a process (no memory, the watchdog, a trap) leaves what it
/// has written to the kernel; a machine that loses its power at that moment is no matter of a page.
struct PageDiary {
    /// The page that the last daemon did not come to the end of.
    struct Death: Equatable {
        var first: SourceKey
        var last: SourceKey
        var count: Int
        /// How many daemons ended on this one dossier; 1 for a page of several.
        var times: Int

        func concerns(_ key: SourceKey) -> Bool { key >= first && key <= last }
    }

    private let descriptor: Int32
    /// Taken away when its page has been read after all.
    private(set) var death: Death?
    /// Dossiers that ended the daemon twice, each alone on its page.
    private(set) var deadly: Set<SourceKey> = []
    private static let lineBytes = 80
    private static let deadlyLimit = 200

    /// - Parameter path: nil for none; one that cannot be opened is none, for whoever keeps the state tells that.
    init(path: String?) {
        descriptor = path.map { open($0, O_RDWR | O_CREAT | O_CLOEXEC, 0o600) } ?? -1
        guard descriptor >= 0 else { return }
        let lines = text().split(separator: "\n")
        deadly = Set(lines.dropFirst().compactMap { Int64($0) }.map { SourceKey($0) })
        death = lines.first.flatMap(PageDiary.read)
        guard let found = death, found.count == 1, found.times > 1 else { return }
        deadly.insert(found.first)
        if deadly.count > PageDiary.deadlyLimit { deadly = [found.first] }
        death = nil
        rewrite()
    }

    private static func read(_ line: Substring) -> Death? {
        let numbers = line.split(separator: " ").compactMap { Int64($0) }
        guard numbers.count == 4, numbers[2] > 0, (0...1).contains(numbers[3]) else { return nil }
        let count = Int(clamping: numbers[2])
        return Death(
            first: SourceKey(numbers[0]), last: SourceKey(numbers[1]), count: count,
            times: count == 1 ? Int(numbers[3]) + 1 : 1)
    }

    /// A page is about to be read.
    func begin(_ keys: ArraySlice<SourceKey>) {
        guard descriptor >= 0, let first = keys.min(), let last = keys.max() else { return }
        let isAgain = death.map { $0.count == 1 && keys.count == 1 && $0.first == first } ?? false
        write(
            "\(first.rawValue) \(last.rawValue) \(keys.count) \(isAgain ? 1 : 0)")
    }

    /// It has been read, or could not be and said so.
    func end() {
        guard descriptor >= 0 else { return }
        write("-")
    }

    /// What the last daemon ended on has been read by this one.
    mutating func forgetDeath() { death = nil }

    /// The dossier is to be read again.
    mutating func pardon(_ key: SourceKey) {
        guard deadly.remove(key) != nil else { return }
        rewrite()
    }

    func close() { if descriptor >= 0 { Glibc.close(descriptor) } }

    private func text() -> String {
        var bytes = [UInt8](repeating: 0, count: 8192)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return count > 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : ""
    }

    /// The first line has always the same length, so that one write changes it.
    private func write(_ line: String) {
        var bytes = Array(line.utf8.prefix(PageDiary.lineBytes - 1))
        bytes.append(
            contentsOf: repeatElement(
                UInt8(ascii: " "), count: PageDiary.lineBytes - 1 - bytes.count))
        bytes.append(UInt8(ascii: "\n"))
        // One that cannot be written costs what a death would have taught.
        _ = pwrite(descriptor, bytes, bytes.count, 0)
    }

    private func rewrite() {
        guard descriptor >= 0 else { return }
        write("-")
        let lines = Array(deadly.sorted().map { "\($0.rawValue)\n" }.joined().utf8)
        _ = pwrite(descriptor, lines, lines.count, off_t(PageDiary.lineBytes))
        _ = ftruncate(descriptor, off_t(PageDiary.lineBytes + lines.count))
    }
}
