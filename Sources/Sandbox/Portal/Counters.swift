internal import Wire

/// What the sandbox counts; nothing in it names a person.
struct Counters: Sendable {
    var requests = 0
    var byService: [String: Int] = [:]
    var faults: [String: Int] = [:]
    /// Calls that took effect and were meant to be told so.
    var acknowledged = 0
    /// Answers with success that were replayed from a key.
    var replayed = 0
    var refused = 0
    /// Calls that carried more than one dossier, and calls with more records than `batch_limit`.
    var batches = 0
    var oversizedBatches = 0
    /// Calls of which some records were taken and others not.
    var partialBatches = 0
    var createdDossiers = 0
    var updatedDossiers = 0
    var redundantUpdates = 0
    var revertedUpdates = 0
    var appendedSteps = 0
    var duplicateSteps = 0
    var keyConflicts = 0
    var keysInProgress = 0
    var withoutKey = 0
    var logins = 0
    var loginsRefused = 0
    var expiredSessions = 0
    var probes = 0

    mutating func count(_ call: PortalCall) {
        byService[call.service, default: 0] += 1
        if call.carriesSeveralDossiers { batches += 1 }
    }
    mutating func count(_ service: String) { byService[service, default: 0] += 1 }
    mutating func fault(_ fault: Switch) { faults[fault.rawValue, default: 0] += 1 }

    func write(to json: inout JSONWriter) {
        let plain: [(String, Int)] = [
            ("requests", requests), ("acked", acknowledged), ("replayed", replayed),
            ("refused", refused), ("batches", batches), ("oversized_batches", oversizedBatches),
            ("partial_batches", partialBatches), ("created", createdDossiers),
            ("updated", updatedDossiers),
            ("redundant", redundantUpdates), ("reverted", revertedUpdates),
            ("steps", appendedSteps), ("duplicate_steps", duplicateSteps),
            ("key_conflicts", keyConflicts), ("keys_in_progress", keysInProgress),
            ("without_key", withoutKey), ("logins", logins), ("logins_refused", loginsRefused),
            ("expired_sessions", expiredSessions), ("probes", probes),
        ]
        for (name, count) in plain { json.member(name, Int64(count)) }
        for (name, table) in [("by_service", byService), ("faults", faults)] {
            json.key(name)
            json.beginObject()
            for (key, count) in table.sorted(by: { $0.key < $1.key }) {
                json.member(key, Int64(count))
            }
            json.endObject()
        }
    }
}

/// How often each person was asked about; who, is never told.
struct AskRegister: Sendable {
    private var verified: [String: UInt32] = [:]
    private var lookedUp: [String: UInt32] = [:]

    mutating func verify(_ number: String) { verified[number, default: 0] += 1 }
    mutating func lookUp(_ number: String) { lookedUp[number, default: 0] += 1 }

    func write(to json: inout JSONWriter) {
        for (name, asks) in [("verify", verified), ("lookup", lookedUp)] {
            json.member("\(name)_persons", Int64(asks.count))
            json.member("\(name)_requests", asks.values.reduce(0) { $0 + Int64($1) })
            json.key("\(name)_asks")
            json.beginObject()
            let histogram = Dictionary(grouping: asks.values) { $0 }.mapValues { $0.count }
            for (times, persons) in histogram.sorted(by: { $0.key < $1.key }) {
                json.member(String(times), Int64(persons))
            }
            json.endObject()
        }
    }
}
