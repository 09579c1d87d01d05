internal import CSystemd
internal import Execution
internal import Glibc
package import Operating
internal import Synchronization
internal import Wire

/// Writes events to the journal with structured fields, or as one `key=value` line each on standard
/// error where there is no journal.
///
/// A journal that is stopped and a pipe that nobody reads block whoever writes there. That is a thread of the
/// log's own: nobody who logs ever waits, a bounded number of lines waits for the reader, and how many did not
/// fit is told once it reads again.
package final class EventLog: Sendable {
    package enum Target: Sendable { case journal, standardError }

    /// Lines that may wait for a reader, and those of them that are for errors and warnings only.
    private static let capacity = 2000
    private static let reserve = 500
    /// How long the end of the daemon waits for the last lines to be taken.
    private static let lastPatience: Int64 = 1000

    private let target: Target
    private let threshold: Atomic<Int>
    private let tellsArrivals = Atomic<Bool>(true)
    private let outlet: Outlet<LogRecord>

    package init(target: Target, threshold: Event.Level) {
        self.target = target
        self.threshold = Atomic(threshold.rawValue)
        outlet = Outlet(
            name: "log",
            queue: BoundedQueue(capacity: EventLog.capacity, reserve: EventLog.reserve) {
                EventLog.record(EventLog.lost($0), for: target)
            }
        ) { $0.write() }
    }

    /// The last lines are written, as far as somebody takes them soon. Nothing may be logged after it.
    package func finish() { outlet.finish(withinMilliseconds: EventLog.lastPatience) }

    /// The journal when standard error is connected to it, as systemd says by `$JOURNAL_STREAM`.
    package static var preferredTarget: Target {
        getenv("JOURNAL_STREAM") == nil ? .standardError : .journal
    }

    package func setThreshold(_ level: Event.Level) {
        threshold.store(level.rawValue, ordering: .relaxed)
    }

    /// Whether each delivery that has arrived is told; with the level `debug` all are.
    package func setTellsArrivals(_ tells: Bool) {
        tellsArrivals.store(tells, ordering: .relaxed)
    }

    private func isWanted(_ event: Event) -> Bool {
        event.kind != .deliveryAcknowledged || event.level != .info
            || tellsArrivals.load(ordering: .relaxed)
            || threshold.load(ordering: .relaxed) >= Event.Level.debug.rawValue
    }

    package var sink: EventSink { { self.write($0) } }

    package func write(_ event: Event) {
        guard event.level.rawValue <= threshold.load(ordering: .relaxed), isWanted(event) else {
            return
        }
        outlet.post(
            EventLog.record(event, for: target),
            isUrgent: event.level.rawValue <= Event.Level.warning.rawValue)
    }

    /// Put together when the event happens, so that its time is the event's own.
    private static func record(_ event: Event, for target: Target) -> LogRecord {
        switch target {
        case .journal: .journal(entries(event))
        case .standardError: .line(line(event, at: WallClock.system.now().wall))
        }
    }

    private static func lost(_ count: Int) -> Event {
        let trouble = Trouble.logUnread(count)
        return Event(
            .logLinesLost, .warning, errorCode: trouble.code,
            detail: trouble.english + " → " + trouble.fix,
            numbers: [.init("lines", Int64(count))])
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

    private static func entries(_ event: Event) -> [String] {
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
        return entries
    }

    /// A stable 128-bit id for each kind of event, for `journalctl MESSAGE_ID=…`.
    package static func messageID(_ kind: Event.Kind) -> String {
        String(SHA256.digest(Array("lienthongd.event.\(kind.rawValue)".utf8)).hex.prefix(32))
    }
}

extension Trouble {
    static func logUnread(_ lines: Int) -> Trouble {
        Trouble(
            "LT-6030", .findings,
            vietnamese:
                "Nhật ký không được đọc kịp: \(lines) dòng đã bị bỏ. Việc gửi hồ sơ không bị ảnh hưởng.",
            english:
                "Nobody took the log for a while: \(lines) lines were dropped. Deliveries were not affected.",
            fixVietnamese:
                "Kiểm tra chương trình nhận nhật ký (systemd-journald, hoặc tiến trình đọc đầu ra lỗi) và đĩa của nó.",
            fix:
                "Look at what takes the log (systemd-journald, or the program that reads standard error) and at its disk."
        )
    }
}
