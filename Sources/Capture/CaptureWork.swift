package import Dossiers
package import Operating
package import Outbox

/// What the capture thread asks of the writer thread.
package enum CaptureWork: Sendable {
    /// To be recorded in one transaction, in the order handed out, each tried until it is on disk; then
    /// ``CaptureNews/recorded`` for each.
    case record(CaptureStep)
    /// Answers that stand in the source now.
    case wroteBack([Int64])
    /// Keys of held dossiers are wanted, to be sent as ``CaptureNews/heldKeys(_:)``.
    case heldKeysWanted(after: SourceKey?, limit: Int)
}

/// A batch and, when an operator asked for it, how far his request has come with it.
package struct CaptureStep: Sendable {
    package var batch: CaptureBatch
    package var progress: RequestProgress?

    package init(batch: CaptureBatch, progress: RequestProgress? = nil) {
        self.batch = batch
        self.progress = progress
    }
}

/// How far a request has come, recorded with the batch that brought it there.
package struct RequestProgress: Hashable, Sendable {
    package var id: Int64
    package var cursor: String
    /// Dossiers that this step read, and codes that it asked for in vain.
    package var read: Int
    package var missing: Int
    package var isDone: Bool
}

/// How the source is doing, for status and health.
package struct SourceStanding: Hashable, Sendable {
    /// What keeps the source from being read now.
    package var trouble: Trouble?
    /// Readings in a row that failed.
    package var failures: Int
    /// What keeps answers from being written into the source now; reading goes on beside it.
    package var writeBackTrouble: Trouble?
    /// Dossiers read since the start.
    package var dossiersRead: Int64
    /// Looks for changes that ended since the start.
    package var looks: Int64
    /// True while the first walk over the whole source goes on.
    package var isWalking: Bool
    /// What finds changes: `feed` or `overlap`; nil before the first look.
    package var net: String?
    /// Why the feed that was installed is not used, or is not trimmed.
    package var feedTrouble: Trouble?
    /// What may keep dossiers from being seen, or their times from being understood.
    package var doubts: [Trouble] = []
    /// How the background sweep gets on; nil when there is none.
    package var sweep: SweepStanding?
    /// True when nothing is left to be read, asked for or recorded.
    package var isCaughtUp: Bool
}
