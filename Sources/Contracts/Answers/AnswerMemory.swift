package import Wire

/// The last short answer to a write, as it was read.
///
/// A destination says yes in the same bytes, thousands of times: what they say is found out once. An answer with
/// a time in it (`Retry-After`) is read anew each time, and so is one that is long, which may be about several
/// dossiers or have somebody's data in it: nothing of that is kept.
///
/// Belongs to whoever reads one destination's answers.
package struct AnswerMemory {
    private static let longest = 512

    private var status = 0
    private var body: [UInt8] = []
    private var facts: AnswerFacts?
    private var verdicts: [Verdict] = []
    private var digest: Digest?

    private struct Verdict {
        var kind: Call.Kind
        var isRepeat: Bool
        var answer: Answer
    }

    package init() {}

    /// Whether the answer is the one that is remembered; if not, it is from now on, unless it is not to be.
    private mutating func recognises(_ response: HTTPResponse) -> Bool {
        guard response.retryAfter == nil, response.body.count <= AnswerMemory.longest else {
            return false
        }
        if response.status == status, response.body == body { return true }
        self = AnswerMemory()
        status = response.status
        body = response.body
        return true
    }

    /// What an answer to a write says.
    mutating func facts(of response: HTTPResponse, _ read: () -> AnswerFacts) -> AnswerFacts {
        guard recognises(response) else { return read() }
        if let facts { return facts }
        let found = read()
        facts = found
        return found
    }

    /// What the contract's rules make of an answer whose facts were just asked for.
    mutating func verdict(
        on response: HTTPResponse, kind: Call.Kind, isRepeat: Bool, _ judge: () -> Answer
    ) -> Answer {
        guard recognises(response) else { return judge() }
        if let known = verdicts.first(where: { $0.kind == kind && $0.isRepeat == isRepeat }) {
            return known.answer
        }
        let answer = judge()
        verdicts.append(Verdict(kind: kind, isRepeat: isRepeat, answer: answer))
        return answer
    }

    /// The digest of the body of an answer to a write.
    package mutating func digest(of response: HTTPResponse, with hasher: SHA256) -> Digest {
        let isKnown = recognises(response)
        if isKnown, let digest { return digest }
        hasher.update(response.body)
        let found = hasher.finish()
        if isKnown { digest = found }
        return found
    }
}
