internal import Capture
internal import Outbox
internal import Wire

/// Tells capture, from the writer's thread, what the store asks of it: operators' requests and answers to
/// be written back. Looked at once a second; a command's request therefore starts within a second.
final class CaptureFeed {
    private let inbox: CaptureInbox
    private var nextLook: Int64 = .min
    private var openRequests: [Int64] = []
    private var owedAnswers: [Int64] = []

    init(inbox: CaptureInbox) { self.inbox = inbox }

    func step(_ store: Store, now: Moment) throws {
        guard now.steady >= nextLook else { return }
        nextLook = now.steady + 1000
        let requests = try store.openRequests()
        let ids = requests.map(\.id)
        if ids != openRequests {
            openRequests = ids
            inbox.post(.requests(requests))
        }
        let answers = try store.pendingWriteBacks(limit: 400)
        let owed = answers.map(\.id)
        if owed != owedAnswers {
            owedAnswers = owed
            inbox.post(.writeBacks(answers))
        }
    }
}
