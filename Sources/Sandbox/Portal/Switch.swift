/// A behaviour of the sandbox that a test, a demo or a trainer can change while it runs.
///
/// The table of all of them, with what each does, is the article Portal in the documentation; the
/// S-numbers are those of contracts.md §15.
package enum Switch: String, CaseIterable, Sendable {
    case sessionSeconds = "session_seconds"
    case sessionLoss = "session_loss"
    case loginRefused = "login_refused"
    case codeSpelling = "code_spelling"
    case existsCode = "exists_code"
    case missingText = "missing_text"
    case silentSuccess = "silent_success"
    case dropAfter = "drop_after"
    case delay
    case delayMilliseconds = "delay_ms"
    case dropBefore = "drop_before"
    case limits
    case partialBatch = "partial_batch"
    case batchList = "batch_list"
    case batchLimit = "batch_limit"
    case steps
    case stepOrder = "step_order"
    case partialSteps = "partial_steps"
    case throttle
    case retryAfterForm = "retry_after_form"
    case retryAfterSeconds = "retry_after_seconds"
    case rateLimit = "rate_limit"
    case serverError = "server_error"
    case burstLength = "burst_length"
    case html
    case outage
    case outageSeconds = "outage_seconds"
    case slow
    case slowMilliseconds = "slow_ms"
    case truncate
    case garbage
    case gzipBomb = "gzip_bomb"
    case routing
    case unknownProcedure = "unknown_procedure"
    case catalogue
    case attachments
    case population
    case populationError = "population_error"
    case populationLookup = "population_lookup"
    case signatureSeconds = "signature_seconds"
    case probeError = "probe_error"
    case probeBlank = "probe_blank"
    case probeShows = "probe_shows"
    case keys
    case keySeconds = "key_seconds"
    case faultsApplyTo = "faults_apply_to"
    case groupOrder = "group_order"
    case groupRepeat = "group_repeat"
    case groupKnows = "group_knows"
    case groupNotUpdated = "group_not_updated"
    case groupError = "group_error"

    enum Kind: Sendable {
        /// Probability, 0…1, per request.
        case rate
        case count(ClosedRange<Int>)
        case choice([String])
    }

    /// The number of contracts.md §15; empty for what that table does not name.
    var behaviour: String {
        switch self {
        case .sessionSeconds, .sessionLoss: "S1"
        case .loginRefused: "S2"
        case .codeSpelling: "S3"
        case .existsCode: "S4"
        case .missingText: "S5"
        case .silentSuccess: "S7"
        case .dropAfter: "S8a"
        case .delay, .delayMilliseconds: "S8b"
        case .dropBefore: "S8c"
        case .limits: "S9"
        case .partialBatch, .batchList, .batchLimit: "S10"
        case .steps, .stepOrder, .partialSteps: "S11"
        case .throttle, .retryAfterForm, .retryAfterSeconds, .rateLimit, .serverError, .burstLength,
            .html, .outage, .outageSeconds, .slow, .slowMilliseconds, .truncate, .garbage,
            .gzipBomb:
            "S12"
        case .routing: "S13"
        case .unknownProcedure, .catalogue: "S14"
        case .attachments: "S16"
        case .population, .populationError, .populationLookup, .signatureSeconds: "S19"
        case .probeError, .probeBlank, .probeShows: "S22"
        case .groupOrder, .groupRepeat, .groupKnows, .groupNotUpdated, .groupError: "S17"
        case .keys, .keySeconds, .faultsApplyTo: ""
        }
    }

    var kind: Kind {
        switch self {
        case .sessionLoss, .loginRefused, .silentSuccess, .dropAfter, .delay, .dropBefore,
            .partialBatch, .partialSteps, .throttle, .serverError, .html, .slow, .truncate,
            .garbage, .gzipBomb,
            .routing, .unknownProcedure, .populationError, .probeError, .probeBlank,
            .groupNotUpdated,
            .groupError:
            .rate
        case .sessionSeconds, .keySeconds, .signatureSeconds: .count(1...31_536_000)
        case .delayMilliseconds, .slowMilliseconds: .count(1...3_600_000)
        case .retryAfterSeconds: .count(0...86_400)
        case .rateLimit: .count(0...1_000_000)
        case .batchLimit: .count(0...100_000)
        case .burstLength: .count(1...1_000_000)
        case .outageSeconds: .count(0...86_400)
        case .codeSpelling: .choice(["natural", "int", "string", "zeros", "mixed"])
        case .existsCode: .choice(["3", "-3", "mixed"])
        case .missingText: .choice(["missing", "unsynchronised", "bare"])
        case .limits: .choice(["strict", "off"])
        case .batchList: .choice(["full", "missing", "shuffled", "twice", "mixed"])
        case .steps: .choice(["append", "accept", "dedupe"])
        case .stepOrder: .choice(["strict", "call", "off"])
        case .retryAfterForm: .choice(["seconds", "date", "mixed", "none"])
        case .outage: .choice(["none", "503", "drop", "refuse"])
        case .catalogue, .population: .choice(["strict", "lenient"])
        case .attachments: .choice(["ignore", "pull"])
        case .populationLookup: .choice(["by_number", "by_match"])
        case .probeShows: .choice(["steps", "existence"])
        case .keys: .choice(["honoured", "ignored", "expiring"])
        case .faultsApplyTo: .choice(["both", "portal", "population", "groups"])
        case .groupOrder: .choice(["strict", "off"])
        case .groupRepeat: .choice(["accept", "refuse"])
        case .groupKnows: .choice(["all", "none"])
        }
    }

    var standard: SwitchValue {
        switch self {
        case .sessionSeconds: .count(600)
        case .delayMilliseconds, .slowMilliseconds: .count(5_000)
        case .retryAfterSeconds: .count(1)
        case .rateLimit, .batchLimit, .outageSeconds: .count(0)
        case .burstLength: .count(1)
        case .signatureSeconds: .count(300)
        case .keySeconds: .count(3_600)
        default:
            switch kind {
            case .rate: .rate(0)
            case .count(let range): .count(range.lowerBound)
            case .choice(let words): .choice(words.first ?? "")
            }
        }
    }

    /// Finds a switch by its name or by the number of contracts.md §15, whose first switch it then is.
    static func named(_ name: String) -> Switch? {
        Switch(rawValue: name) ?? allCases.first { !$0.behaviour.isEmpty && $0.behaviour == name }
    }
}

package enum SwitchValue: Hashable, Sendable {
    case rate(Double)
    case count(Int)
    case choice(String)
}
