internal import CSystemd
internal import Glibc
package import Operating
internal import Synchronization
internal import Wire

/// Writes events to the journal with structured fields, or as one `key=value` line each on standard
/// error where there is no journal.
package final class EventLog: Sendable {
    package enum Target: Sendable { case journal, standardError }

    private let target: Target
    private let threshold: Atomic<Int>

    package init(target: Target, threshold: Event.Level) {
        self.target = target
        self.threshold = Atomic(threshold.rawValue)
    }

    /// The journal when standard error is connected to it, as systemd says by `$JOURNAL_STREAM`.
    package static var preferredTarget: Target {
        getenv("JOURNAL_STREAM") == nil ? .standardError : .journal
    }

    package func setThreshold(_ level: Event.Level) {
        threshold.store(level.rawValue, ordering: .relaxed)
    }

    package var sink: EventSink { { self.write($0) } }

    package func write(_ event: Event) {
        guard event.level.rawValue <= threshold.load(ordering: .relaxed) else { return }
        switch target {
        case .journal: writeToJournal(event)
        case .standardError: writeLine(EventLog.line(event, at: WallClock.system.now().wall))
        }
    }

    /// A trouble as an event, so that its code is searchable.
    package func report(_ trouble: Trouble, as kind: Event.Kind) {
        write(
            Event(
                kind, .error, errorCode: trouble.code, detail: trouble.english + " → " + trouble.fix
            ))
    }

    static func line(_ event: Event, at now: Timestamp) -> String {
        var text = "ts=\(now.rfc3339) level=\(event.level) event=\(event.kind.rawValue)"
        for (name, value) in fields(event) { text += " \(name.lowercased())=\(quoted(value))" }
        for number in event.numbers { text += " \(number.name)=\(number.value)" }
        return text
    }

    private static func fields(_ event: Event) -> [(String, String)] {
        var fields: [(String, String)] = []
        func add(_ name: String, _ value: String?) {
            if let value { fields.append((name, value)) }
        }
        add("DOSSIER", event.dossier)
        add("DESTINATION", event.destination)
        add("OPERATION", event.operation)
        add("OUTCOME", event.outcome)
        add("ATTEMPT", event.attempt.map(String.init))
        add("DELIVERY", event.delivery.map { String($0) })
        add("ERROR_CODE", event.errorCode)
        add("ANSWER_CODE", event.answerCode)
        add("DETAIL", event.detail)
        return fields
    }

    private static func quoted(_ value: String) -> String {
        let plain = value.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "\"") && $0 != 0x7F }
        guard !plain || value.isEmpty else { return value }
        var text = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: text += " "
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }

    private func writeLine(_ line: String) {
        var bytes = Array(line.utf8)
        bytes.append(UInt8(ascii: "\n"))
        // One call, so that lines of several threads do not mix. A failure has nowhere to be told.
        _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    private func writeToJournal(_ event: Event) {
        var message = event.kind.rawValue
        var entries = [
            "PRIORITY=\(event.level.rawValue)", "SYSLOG_IDENTIFIER=lienthongd",
            "MESSAGE_ID=\(EventLog.messageID(event.kind))",
        ]
        for (name, value) in EventLog.fields(event) {
            message += " \(name.lowercased())=\(EventLog.quoted(value))"
            entries.append("\(name)=\(value)")
        }
        for number in event.numbers {
            message += " \(number.name)=\(number.value)"
            entries.append("\(number.name.uppercased())=\(number.value)")
        }
        entries.append("MESSAGE=\(message)")
        let storage = entries.map { Array($0.utf8) }
        var vectors: [iovec] = []
        var flat = storage.flatMap { $0 }
        flat.withUnsafeMutableBytes { buffer in
            var offset = 0
            for entry in storage {
                vectors.append(
                    iovec(iov_base: buffer.baseAddress.map { $0 + offset }, iov_len: entry.count))
                offset += entry.count
            }
            _ = sd_journal_sendv(vectors, Int32(vectors.count))
        }
    }

    /// A stable 128-bit id for each kind of event, for `journalctl MESSAGE_ID=…`.
    package static func messageID(_ kind: Event.Kind) -> String {
        String(SHA256.digest(Array("lienthongd.event.\(kind.rawValue)".utf8)).hex.prefix(32))
    }
}
