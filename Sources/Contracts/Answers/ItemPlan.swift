internal import Dossiers
internal import Wire

/// How an answer that lists what became of each item is read: a contract's `answers.items`, compiled.
struct ItemPlan: Sendable {
    /// What one entry of the list is about.
    enum Unit: String, Sendable, CaseIterable {
        /// A record: a history of three steps has three entries.
        case record
        /// A dossier, however many records of it were sent.
        case dossier
    }
    enum Reading {
        /// The answer has no list, or an empty one.
        case absent
        /// It has one that cannot be believed.
        case garbled
        /// One answer for each item, in the order of the batch.
        case understood([Answer])
    }

    var list: [String]
    var dossier: [String]
    var codePaths: [[String]]
    var messagePaths: [[String]]
    var unit: Unit
    var rules: [AnswerRule]

    /// The list may be in any order and may repeat entries. Entries about one item that disagree, and
    /// fewer entries than the item has records, leave it unknown: a probe tells.
    func read(_ facts: AnswerFacts, _ batch: Batch, verdict: (AnswerFacts) -> Answer) -> Reading {
        guard case .json(let value) = facts.document, let listed = value.at(list) else {
            return .absent
        }
        if case .null = listed { return .absent }
        guard case .array(let entries) = listed else { return .garbled }
        if entries.isEmpty { return .absent }

        let places = Dictionary(
            batch.items.enumerated().map { ($1.code.rawValue, $0) },
            uniquingKeysWith: { first, _ in first })
        var found = [[Answer]](repeating: [], count: batch.items.count)
        for entry in entries {
            // A code of ours is never longer; a foreign one is not hashed at any length.
            guard case .object = entry, let code = entry.at(dossier)?.text,
                code.utf8.count <= 1000, let place = places[code]
            else { return .garbled }
            found[place].append(verdict(self.facts(of: entry, in: facts)))
        }
        return .understood(zip(batch.items, found).map(settle))
    }

    private func facts(of entry: JSONValue, in whole: AnswerFacts) -> AnswerFacts {
        var facts = whole
        facts.document = .json(entry)
        let code = codePaths.lazy.compactMap { entry.at($0)?.text }.first ?? ""
        facts.code = AnswerFacts.normal(code)
        facts.say(messagePaths.lazy.compactMap { entry.at($0)?.text }.first)
        facts.start = []
        return facts
    }

    private func settle(_ item: Batch.Item, _ found: [Answer]) -> Answer {
        let needed = unit == .record ? item.records : 1
        guard let first = found.first, found.count >= needed,
            found.allSatisfy({ $0.outcome == first.outcome })
        else { return Answer(outcome: .unknown, code: found.first?.code ?? "") }
        return first
    }
}
