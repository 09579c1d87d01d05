internal import Wire

extension ProbePlan {
    /// What the answer shows; nil when it has no list where the file says one is.
    func evidence(in facts: AnswerFacts, history: [UInt8]?) -> Evidence? {
        guard case .json(let value) = facts.document, let found = value.at(records) else {
            return nil
        }
        switch found {
        case .null: return .absent
        case .array(let items) where items.isEmpty: return .absent
        case .array: return .present(stepsHeld: held(in: value, of: history))
        default: return nil
        }
    }

    /// How many steps the answer lists; nil when it has no list of them.
    func listed(in facts: AnswerFacts) -> Int? {
        guard case .json(let value) = facts.document, let steps else { return nil }
        return value.at(steps)?.items?.count
    }

    /// Which of the delivery's steps the answer lists; nil when it lists none at all anywhere.
    private func held(in value: JSONValue, of history: [UInt8]?) -> StepsHeld? {
        guard let history, let steps, let listed = value.at(steps)?.items else { return nil }
        let open = [UInt8(ascii: "[")]
        let close = [UInt8(ascii: "]")]
        let sent = Result(catching: { () throws(JSONError) in
            try JSONValue(parsing: open + history + close)
        }).success?.items
        guard let sent, !sent.isEmpty else { return nil }
        // Two equal steps are two steps: each one listed answers for one of ours.
        var rest = listed.map(signature)
        var found: [Int] = []
        for (place, step) in sent.map(signature).enumerated() {
            guard let index = rest.firstIndex(of: step) else { continue }
            rest.swapAt(index, rest.count - 1)
            rest.removeLast()
            found.append(place)
        }
        return found.count == sent.count ? .all : found.isEmpty ? StepsHeld.none : .some(found)
    }

    private func signature(_ step: JSONValue) -> [[UInt8]] {
        compared.map { Folding.comparable(step[$0]?.text ?? "") }
    }
}
