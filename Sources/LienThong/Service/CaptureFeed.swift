internal import Capture
internal import Dossiers
internal import Outbox
internal import Wire

/// Tells capture, from the writer's thread, what the store asks of it: operators' requests and answers to
/// be written back. Looked at once a second, so that a command's request starts within a second, and when
/// capture has finished a piece of such work.
final class CaptureFeed {
    private let inbox: CaptureInbox
    private var nextLook: Int64 = .min
    private var openRequests: [Int64] = []
    private var owedAnswers: [Int64] = []
    private var owedSuspects: [SourceKey] = []
    private var isFeedDismissed = false

    init(inbox: CaptureInbox) { self.inbox = inbox }

    /// - Parameter isUrgent: something that capture waits for has just been recorded.
    func step(_ store: Store, isUrgent: Bool, now: Moment) throws {
        guard isUrgent || now.steady >= nextLook else { return }
        nextLook = now.steady + 1000
        let requests = try store.openRequests()
        let ids = requests.map(\.id)
        if ids != openRequests {
            openRequests = ids
            inbox.post(.requests(requests))
        }
        let answers = try store.pendingWriteBacks(limit: 2000)
        let owed = answers.map(\.id)
        if owed != owedAnswers {
            owedAnswers = owed
            inbox.post(.writeBacks(answers))
        }
        let suspects = try store.dueSuspects(now: now.wall, limit: 400)
        if suspects != owedSuspects {
            owedSuspects = suspects
            inbox.post(.suspects(suspects))
        }
        let isDismissed = try store.isFeedDismissed()
        if isDismissed, !isFeedDismissed { inbox.post(.feedDismissed) }
        isFeedDismissed = isDismissed
    }
}
