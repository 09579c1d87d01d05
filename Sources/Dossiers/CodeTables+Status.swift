internal import Operating

/// Words of the one-stop system → the portal's status (contracts.md §2.11).
package struct StatusTable: Sendable {
    /// What a word stands for.
    package enum Meaning: Hashable, Sendable {
        case status(Status)
        /// The portal has no such status; the dossier waits until it moves on.
        case none
    }

    /// Status words, in lower case.
    package var statuses: [String: Meaning]
    /// Sub-status words, in lower case; they speak before the status does.
    package var substatuses: [String: Meaning]
    /// Step codes or words, in lower case, for progress only.
    package var steps: [String: Meaning]

    package init(
        statuses: [String: Meaning] = [:], substatuses: [String: Meaning] = [:],
        steps: [String: Meaning] = [:]
    ) {
        self.statuses = statuses
        self.substatuses = substatuses
        self.steps = steps
    }

    /// Whether the province has said that the portal has no such status: what waits with it waits on purpose.
    package func leavesUnsent(_ word: String) -> Bool {
        let word = word.lowercased()
        return [statuses, substatuses, steps].contains { $0[word] == Optional(Meaning.none) }
    }

    static func read(_ settings: Settings) throws(Trouble) -> StatusTable {
        StatusTable(
            statuses: try words("statuses", in: settings),
            substatuses: try words("substatuses", in: settings),
            steps: try words("steps", in: settings))
    }

    private static func words(
        _ key: String, in settings: Settings
    ) throws(Trouble) -> [String: Meaning] {
        guard let section = try settings.optionalSection(key) else { return [:] }
        var words: [String: Meaning] = [:]
        for word in section.keys {
            let number = try section.integer(word, in: 0...10)
            let meaning = Status(rawValue: number).map { Meaning.status($0) } ?? .none
            guard words.updateValue(meaning, forKey: word.lowercased()) == nil else {
                throw .codeGivenTwice(file: settings.file, place: key, code: word)
            }
        }
        return words
    }
}
