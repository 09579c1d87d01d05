package import Wire

/// A rule of the national systems' contracts that a request broke.
package enum Rule: String, Sendable, CaseIterable {
    // The message.
    case path, method
    case contentType = "content-type"
    case charsetHeader = "charset-header"
    case routeHeader = "dstcode"
    case jsonSyntax = "json-syntax"
    case keyShape = "key-shape"
    case keyReused = "key-reused"
    // The envelope.
    case service, senderUnit = "madonvi", isUpdating = "is-updating"
    // Members.
    case memberUnknown = "member-unknown"
    case memberMissing = "member-missing"
    case memberEmpty = "member-empty"
    case memberRepeated = "member-repeated"
    case type
    case tooLong = "too-long"
    case notComposed = "not-nfc"
    case controlCharacter = "control-character"
    case date
    case codeList = "code-list"
    case shape
    case url
    case identityShape = "identity-shape"
    case identityReal = "identity-not-invented"
    case accountIsIdentity = "account-is-identity"
    // The catalogue.
    case procedureUnknown = "procedure-unknown"
    case fieldUnknown = "field-unknown"
    case unitUnknown = "unit-unknown"
    case unitDead = "unit-dead"
    // What is held.
    case createOfExisting = "create-of-existing"
    case updateOfMissing = "update-of-missing"
    case progressBeforeHeader = "progress-before-header"
    case stepOutOfOrder = "step-out-of-order"
    case duplicateStep = "duplicate-step"
    case tooManyItems = "too-many-items"
    case laneTwice = "lane-twice"
    // The population database.
    case soapSyntax = "soap-syntax"
    case soapNamespace = "soap-namespace"
    case soapAction = "soap-action"
    case elementOrder = "element-order"
    case elementUnknown = "element-unknown"
    case elementMissing = "element-missing"
    case elementRepeated = "element-repeated"
    case integrationCode = "integration-code"
    case nameCase = "name-case"
    case birth
    case signature, timestamp
    case requestRepeated = "request-id-repeated"
    // The interlinking software.
    case statusOrder = "status-out-of-order"
    case resultMissing = "result-missing"
}

/// One breach of a rule, in words that carry nothing about a person.
package struct Violation: Sendable, Equatable {
    package var rule: Rule
    /// The dossier's code, empty when the request has none.
    package var code: String
    /// The member or element concerned, never its value.
    package var field: String
    package var service: String
    package var at: Timestamp
}

/// What a checker found before it knows whose fault it is.
struct Breach: Sendable, Equatable {
    var rule: Rule
    var field: String
    init(_ rule: Rule, _ field: String) {
        self.rule = rule
        self.field = field
    }
}

/// The latest violations and the count of all of them.
struct ViolationLog: Sendable {
    static let kept = 10_000
    private(set) var latest: [Violation] = []
    private(set) var counts: [Rule: Int] = [:]
    private(set) var total = 0

    mutating func add(_ violation: Violation) {
        total += 1
        counts[violation.rule, default: 0] += 1
        // Half is dropped at once, so that a flood costs nothing per line.
        if latest.count == ViolationLog.kept { latest.removeFirst(ViolationLog.kept / 2) }
        latest.append(violation)
    }

    func json() -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("total", Int64(total))
        json.key("by_rule")
        json.beginObject()
        for (rule, count) in counts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            json.member(rule.rawValue, Int64(count))
        }
        json.endObject()
        json.key("latest")
        json.beginArray()
        for violation in latest {
            json.beginObject()
            json.member("rule", violation.rule.rawValue)
            json.member("code", violation.code)
            json.member("field", violation.field)
            json.member("service", violation.service)
            json.member("at", violation.at.rfc3339)
            json.endObject()
        }
        json.endArray()
        json.endObject()
        return json.finish()
    }
}
