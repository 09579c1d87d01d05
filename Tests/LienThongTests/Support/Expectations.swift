import TestSupport
import Testing
import Wire

/// One message of four lines (Vietnamese, English, a fix in each) with this code, and this exit code.
func expectTrouble(
    _ finished: Finished, _ code: String, exit: Int32, saying words: [String] = [],
    _ location: SourceLocation = #_sourceLocation
) {
    #expect(finished.status == exit, "\(finished.errors)", sourceLocation: location)
    let lines = finished.errors.split(separator: "\n").map(String.init)
    guard let first = lines.firstIndex(where: { $0.hasPrefix("\(code): ") }) else {
        Issue.record("no \(code) in: \(finished.errors)", sourceLocation: location)
        return
    }
    let message = Array(lines[first...].prefix(4))
    #expect(
        message.count == 4 && message[1].hasPrefix("  ") && message[2].hasPrefix("  → ")
            && message[3].hasPrefix("  → "), "\(message)", sourceLocation: location)
    #expect(
        lines.count { $0.hasPrefix("LT-") } == 1, "one message, not several: \(lines)",
        sourceLocation: location)
    // The two languages are two texts.
    #expect(message.count == 4 && message[0].dropFirst(9) != message[1].dropFirst(2))
    let text = message.joined(separator: "\n")
    for word in words {
        #expect(text.contains(word), "“\(word)” in: \(text)", sourceLocation: location)
    }
}

/// The same trouble as `--json` tells it.
func expectTroubleJSON(
    _ finished: Finished, _ code: String, _ location: SourceLocation = #_sourceLocation
) throws {
    let json = try JSONValue(parsing: Array(finished.output.utf8))
    let troubles = try #require(json["troubles"]?.items, sourceLocation: location)
    let trouble = try #require(
        troubles.first { $0["code"]?.text == code }, "\(finished.output)",
        sourceLocation: location)
    #expect(keys(trouble) == ["code", "en", "fixEn", "fixVi", "vi"], sourceLocation: location)
    for name in ["vi", "en", "fixVi", "fixEn"] {
        #expect(trouble[name]?.text?.isEmpty == false, sourceLocation: location)
    }
}

/// The names of an object's members, sorted.
func keys(_ value: JSONValue?) -> [String] {
    guard case .object(let members)? = value else { return [] }
    return members.map(\.name).sorted()
}
