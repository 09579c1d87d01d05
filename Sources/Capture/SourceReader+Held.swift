internal import Dossiers
internal import Operating
internal import Outbox
internal import Wire

/// Held dossiers are looked at again when a mapping or the configuration has changed.
struct HeldCheck {
    private enum State {
        case idle
        case asking(after: SourceKey?)
        case waiting
        case reading([SourceKey])
        case ending
    }
    private var state = State.idle
    /// The digest under which held dossiers were last looked at, as recorded.
    private(set) var recorded: String?
    /// The digest of now.
    private var current = ""
    /// When mappings are compared next, on the steady clock.
    var nextComparison: Int64 = .min

    init(recorded: String?) { self.recorded = recorded }

    /// True when mappings have been compared since the start.
    var hasCompared: Bool { nextComparison != .min }

    var isUnderWay: Bool { if case .idle = state { false } else { true } }

    /// True when the next step has something to do.
    var isReady: Bool {
        switch state {
        case .idle, .waiting: false
        default: true
        }
    }

    /// Begins to look at every held dossier when the digest is another one.
    mutating func compare(_ digest: String) {
        guard case .idle = state, digest != recorded else { return }
        current = digest
        state = .asking(after: nil)
    }

    mutating func accept(_ keys: [SourceKey]) {
        guard case .waiting = state else { return }
        state = keys.isEmpty ? .ending : .reading(keys)
    }

    enum Next {
        case nothing
        case ask(after: SourceKey?)
        case read([SourceKey])
        case record(CursorMove)
    }

    var next: Next {
        switch state {
        case .idle, .waiting: .nothing
        case .asking(let after): .ask(after: after)
        case .reading(let keys): .read(keys)
        case .ending: .record(CursorMove(name: CursorName.held, value: current))
        }
    }

    mutating func asked() { state = .waiting }

    mutating func read(upTo key: SourceKey?) { state = .asking(after: key) }

    mutating func ended() {
        recorded = current
        state = .idle
    }
}

extension SourceReader {
    func heldOn(_ now: Moment) throws(Trouble) -> CaptureWork? {
        if !held.isUnderWay, now.steady >= held.nextComparison {
            held.nextComparison = now.steady + settings.mappingsMilliseconds
            let mappings = try currentMappings()
            // Another name of a procedure is no change of a dossier's own rows.
            if mappings != mappingsSeen { seen.beginEra() }
            mappingsSeen = mappings
            held.compare("\(mappings?.hex ?? "")/\(settings.configurationDigest)")
        }
        switch held.next {
        case .nothing: return nil
        case .ask(let after):
            held.asked()
            return .heldKeysWanted(after: after, limit: pageSize)
        case .read(let keys):
            let found = try page(keys)
            held.read(upTo: keys.last)
            var batch = CaptureBatch(dossiers: found.dossiers)
            batch.missing = MissingKeys(found.removed, isCertain: true)
            return .record(CaptureStep(batch: batch))
        case .record(let move):
            held.ended()
            return .record(CaptureStep(batch: CaptureBatch(cursors: [move])))
        }
    }
}
