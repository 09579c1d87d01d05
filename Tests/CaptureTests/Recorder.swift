import Capture
import Contracts
import Dossiers
import Operating
import Synchronization
import TestSupport
import Testing
import Wire

@testable import Outbox

/// Stands for the writer thread: records what capture hands over as the state store would.
final class Recorder {
    var cursors: [String: String] = [:]
    var batches: [CaptureBatch] = []
    var progress: [RequestProgress] = []
    var writtenBack: [Int64] = []
    /// Held dossiers by key.
    var held: [SourceKey: Hold] = [:]
    /// Handed over and not on disk yet.
    private(set) var pending: [CaptureStep] = []

    /// Every dossier of every batch, in order.
    var dossiers: [CapturedDossier] { batches.flatMap(\.dossiers) }
    var keysRecorded: [SourceKey] { dossiers.map(\.sourceKey) }

    func hand(over work: CaptureWork, to reader: SourceReader) {
        switch work {
        case .record(let step): pending.append(step)
        case .wroteBack(let ids): writtenBack += ids
        case .heldKeysWanted(let after, let limit):
            let keys = held.keys.filter { $0 > after ?? SourceKey(0) }.sorted()
            reader.accept(.heldKeys(Array(keys.prefix(limit))))
        }
    }

    /// Puts the oldest batch on disk.
    func recordOne(_ reader: SourceReader) {
        guard !pending.isEmpty else { return }
        let step = pending.removeFirst()
        batches.append(step.batch)
        if let progress = step.progress { self.progress.append(progress) }
        for move in step.batch.cursors { cursors[move.name] = move.value }
        for dossier in step.batch.dossiers {
            if case .held(let hold) = dossier.content {
                held[dossier.sourceKey] = hold
            } else {
                held[dossier.sourceKey] = nil
            }
        }
        reader.accept(.recorded)
    }

    /// What is not on disk is forgotten, as a crash does.
    func crash() { pending = [] }
}

/// A reader over an office with the repository's own contracts and code tables.
struct Bench {
    let office: Office
    let recorder = Recorder()
    let events = EventLog()

    init(_ kind: SourceKind, options: String = "", cluster: TestCluster? = nil) throws {
        office = try Office(kind, options: options, cluster: cluster)
        // PostgreSQL's marks have the server's clock, so the clerks' watches must go by it.
        if kind.dialect == .postgres { office.clock = WallClock.system.now().wall.vietnam }
    }

    func reader(
        _ source: (any DossierSource)? = nil, digest: String = "",
        _ change: (inout CaptureSettings) -> Void = { _ in }
    ) throws -> SourceReader {
        let codes = try CodeTables.load(directory: "\(Repository.root)/Config/codes")
        let contracts = "\(Repository.root)/Config/contracts"
        var settings = CaptureSettings()
        settings.configurationDigest = digest
        settings.dossiersPerBatch = 100
        change(&settings)
        return SourceReader(
            source: source ?? office.anotherSource(),
            renderer: DossierRenderer(
                normalizer: Normalizer(NormalizationRules(tables: codes)),
                destinations: [
                    CaptureDestination(
                        id: DestinationID("portal"),
                        contract: try Contract.load(path: "\(contracts)/dvcqg-adapter.json5")),
                    CaptureDestination(
                        id: DestinationID("population"),
                        contract: try Contract.load(path: "\(contracts)/csdlqgdc-soap.json5")),
                ]),
            settings: settings, cursors: recorder.cursors,
            events: { [events] in events.add($0) })
    }

    /// Steps until nothing is due, recording everything; the office's clock stands still.
    func settle(_ reader: SourceReader) {
        var idle = 0
        for _ in 0..<100_000 where idle < 2 {
            if let work = reader.step(now: office.now) {
                recorder.hand(over: work, to: reader)
                idle = 0
            } else if reader.nextWake(now: office.now) > 0, recorder.pending.isEmpty {
                idle += 1
            }
            recorder.recordOne(reader)
        }
    }

    /// Lets the poll's time pass, and settles.
    func poll(_ reader: SourceReader) {
        office.pass(seconds: 10)
        settle(reader)
    }
}

final class EventLog: Sendable {
    private let events = Mutex<[Event]>([])
    func add(_ event: Event) { events.withLock { $0.append(event) } }
    var all: [Event] { events.withLock { $0 } }
    func count(_ kind: Event.Kind) -> Int { all.count { $0.kind == kind } }
}

extension CapturedDossier {
    var lanes: [LaneContent] {
        if case .deliverable(let lanes) = content { lanes } else { [] }
    }
    var hold: Hold? {
        if case .held(let hold) = content { hold } else { nil }
    }
}
