import Dossiers
import Operating
import Outbox
import Wire

@testable import Capture

/// A real source that fails on demand.
final class FaultySource: DossierSource {
    private let source: DatabaseSource
    var fault: Trouble?
    var writeFault: Trouble?
    var trimFault: Trouble?
    var slowAbove = Int.max
    /// Dossiers that spoil every page they are on, and how often pages were asked for.
    var spoilt: Set<SourceKey> = []
    var reads = 0
    /// What happens when a page is read, before anything of it is.
    var whenReading: ([SourceKey]) throws(Trouble) -> Void = { _ in }
    var identity: String?

    init(_ source: DatabaseSource) { self.source = source }

    private func check() throws(Trouble) -> DatabaseSource {
        if let fault { throw fault }
        return source
    }

    var dossiersPerQuery: Int { source.dossiersPerQuery }
    var hasWriteBack: Bool { source.hasWriteBack }
    var feed: FeedState { source.feed }
    func feedSize() throws(Trouble) -> Int64 { try check().feedSize() }
    func trimFeed(before position: Int64, limit: Int) throws(Trouble) -> Int {
        if let trimFault { throw trimFault }
        return try check().trimFeed(before: position, limit: limit)
    }
    func mark(now: Timestamp, ahead: LookAhead?) throws(Trouble) -> SourceMark {
        var mark = try check().mark(now: now, ahead: ahead)
        mark.identity = identity ?? mark.identity
        return mark
    }
    func changedKeys(
        since mark: SourceMark, after key: SourceKey?, limit: Int
    ) throws(Trouble) -> [SourceKey] {
        try check().changedKeys(since: mark, after: key, limit: limit)
    }
    func allKeys(
        _ filter: ResyncFilter, after key: SourceKey?, limit: Int
    ) throws(Trouble) -> [SourceKey] {
        try check().allKeys(filter, after: key, limit: limit)
    }
    func keys(ofCodes codes: [String]) throws(Trouble) -> [(code: String, key: SourceKey)] {
        try check().keys(ofCodes: codes)
    }
    func read(_ keys: [SourceKey]) throws(Trouble) -> [SourceDossier] {
        reads += 1
        try whenReading(keys)
        if keys.count > slowAbove { throw .sourceSlow(file: "headers.sql") }
        if keys.contains(where: spoilt.contains) {
            throw .sourceValueUnreadable(file: "headers.sql", reason: "spoilt")
        }
        return try check().read(keys)
    }
    func mappings() throws(Trouble) -> Digest? { try check().mappings() }
    func writeBack(_ answers: [WriteBack]) throws(Trouble) {
        if let writeFault { throw writeFault }
        try check().writeBack(answers)
    }
    func wait(milliseconds: Int64, interruptedBy descriptor: Int32?) throws(Trouble) -> Bool {
        try check().wait(milliseconds: milliseconds, interruptedBy: descriptor)
    }
    func disconnect() { source.disconnect() }
}

extension FaultySource {
    func check() throws(Trouble) { _ = try check() as DatabaseSource }
}
