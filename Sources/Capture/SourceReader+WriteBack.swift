internal import Operating
internal import Outbox
internal import Wire

extension SourceReader {
    /// Writes answers about applicants into the source. What cannot be written now waits: reading goes on.
    func writeBackOn(_ now: Moment) -> CaptureWork? {
        guard !writeBacks.isEmpty, writeBackBackoff.allows(now.steady) else { return nil }
        let page = Array(writeBacks.prefix(settings.answersPerWriteBack))
        do throws(Trouble) {
            if source.hasWriteBack { try source.writeBack(page) }
        } catch {
            writeBackBackoff.failed(error, at: now.steady)
            // Others first next time: one row that somebody keeps locked must not keep all back.
            writeBacks.removeFirst(page.count)
            writeBacks.append(contentsOf: page)
            events(
                Event(
                    .captureFailed, .warning, operation: "writeBack",
                    attempt: writeBackBackoff.failures, errorCode: error.code,
                    detail: error.english + " → " + error.fix))
            return nil
        }
        _ = writeBackBackoff.succeeded()
        writeBacks.removeFirst(page.count)
        events(
            Event(
                .sourceWrittenBack, .debug,
                numbers: [Event.Number("answers", Int64(page.count))]))
        return .wroteBack(page.map(\.id))
    }
}
