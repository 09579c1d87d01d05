internal import Dossiers
internal import Operating
internal import Outbox

/// The walk over everything that was there before the daemon came.
struct SourceWalk {
    var isUnderWay: Bool
    var after: SourceKey?

    static let first = SourceWalk(isUnderWay: true, after: nil)

    private init(isUnderWay: Bool, after: SourceKey?) {
        self.isUnderWay = isUnderWay
        self.after = after
    }

    /// Reads ``text``; nil, before the first look, is no walk.
    init(text: String?) {
        guard let text, let key = Int64(text) else {
            self.init(isUnderWay: false, after: nil)
            return
        }
        self.init(isUnderWay: true, after: key > 0 ? SourceKey(key) : nil)
    }

    /// What the state store keeps: the last key, or `done`.
    var text: String { isUnderWay ? String(after?.rawValue ?? 0) : "done" }
}

extension SourceReader {
    func walkOn() throws(Trouble) -> CaptureWork? {
        guard walk.isUnderWay else { return nil }
        let limit = pageSize
        let listed = try list(after: walk.after, limit: limit)
        let found = try page(listed.keys)
        doubts.walked(
            listed.keys.count - (listed.isGuess ? found.absent.count : 0),
            isFirst: walk.after == nil, isLast: listed.isLast)
        walk.after = listed.through ?? walk.after
        walk.isUnderWay = !listed.isLast
        if !walk.isUnderWay { events(Event(.captureWalkFinished, .notice)) }
        var batch = CaptureBatch(
            cursors: [CursorMove(name: CursorName.walk, value: walk.text)],
            dossiers: found.dossiers, isBacklog: true)
        batch.missing = MissingKeys(found.removed, isCertain: true)
        return .record(CaptureStep(batch: batch))
    }
}
