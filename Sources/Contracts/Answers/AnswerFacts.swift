internal import Wire

/// What an answer says, before any rule has judged it.
struct AnswerFacts {
    enum Form: String, Sendable, CaseIterable {
        /// A document of the contract's encoding.
        case readable
        /// Anything else: an HTML error page, truncated JSON.
        case unreadable
        case empty
    }
    enum Document {
        case json(JSONValue)
        case xml(XMLElement)
        case none
    }
    var status: Int
    var form: Form
    var document: Document
    /// In normal form.
    var code: String
    /// Folded, as UTF-8.
    var message: [UInt8]
    var retryAfterMilliseconds: Int64?

    /// The same in the destination's own spelling, or what an unreadable answer is; nil when it says nothing.
    var words: Words?
    /// The beginning of the body, for an answer that has words where nobody expects them.
    var start: [UInt8]

    init(_ response: HTTPResponse, plan: AnswerPlan, now: Timestamp) {
        status = response.status
        retryAfterMilliseconds = response.retryAfter.flatMap {
            RetryAfter.milliseconds($0, now: now)
        }
        let body = AnswerBody(response, isXML: plan.isXML)
        document = body.document
        form = body.form
        words = body.nature
        start = Array(response.body.prefix(2 * Words.longest))
        code = ""
        message = []
        let find: ([String]) -> String?
        switch document {
        case .none: return
        case .json(let value): find = { value.at($0)?.text }
        case .xml(let root): find = { root.first($0)?.text }
        }
        code = AnswerFacts.normal(plan.codePaths.lazy.compactMap(find).first ?? "")
        say(plan.messagePaths.lazy.compactMap(find).first)
    }

    /// Takes a message in.
    mutating func say(_ text: String?) {
        message = Array(Folding.fold(text ?? "").utf8)
        words = text.flatMap { Words($0) }
    }

    /// Unicode scalars of a code that are kept, at most four bytes each; what the ledger has room for.
    private static let longestCode = 32

    /// `0`, `"00"`, `"000"` are `"0"`; a SOAP fault code loses its prefix; at most 32 characters are kept.
    ///
    /// Two families of peers disagree on how to write success (contracts.md §2.3).
    static func normal(_ code: String) -> String {
        // A code is a word or a number: what is longer is cut before anything is done with it.
        let code = ForeignText.prefix(code, bytes: 8 * longestCode)
        if code == "0" { return code }
        let trimmed = code.split(
            whereSeparator: \.isWhitespace
        ).joined(separator: " ")
        if !trimmed.isEmpty, trimmed.utf8.allSatisfy({ $0 == UInt8(ascii: "0") }) { return "0" }
        let local = trimmed.split(separator: ":").last.map(String.init) ?? ""
        return String(String.UnicodeScalarView(local.unicodeScalars.prefix(longestCode)))
    }
}

extension Result {
    /// The value of a success; a failure is an answer's own business to judge.
    var success: Success? {
        if case .success(let value) = self { value } else { nil }
    }
}
