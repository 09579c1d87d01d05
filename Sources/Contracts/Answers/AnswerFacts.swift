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

    init(_ response: HTTPResponse, plan: AnswerPlan, now: Timestamp) {
        status = response.status
        retryAfterMilliseconds = response.retryAfter.flatMap {
            RetryAfter.milliseconds($0, now: now)
        }
        document = AnswerFacts.document(response.body, isXML: plan.isXML)
        code = ""
        message = []
        switch document {
        case .none: form = response.body.isEmpty ? .empty : .unreadable
        case .json(let value):
            form = .readable
            code = plan.codePaths.lazy.compactMap { value.at($0)?.text }.first ?? ""
            let text = plan.messagePaths.lazy.compactMap { value.at($0)?.text }.first ?? ""
            message = Array(Folding.fold(text).utf8)
        case .xml(let root):
            form = .readable
            code = plan.codePaths.lazy.compactMap { root.first($0)?.text }.first ?? ""
            let text = plan.messagePaths.lazy.compactMap { root.first($0)?.text }.first ?? ""
            message = Array(Folding.fold(text).utf8)
        }
        code = AnswerFacts.normal(code)
    }

    private static func document(_ body: [UInt8], isXML: Bool) -> Document {
        if isXML {
            guard
                let root = Result(catching: { () throws(XMLError) in try XMLElement(parsing: body) }
                )
                .success, root.name == "Envelope"
            else { return .none }
            return .xml(root)
        }
        guard
            let value = Result(catching: { () throws(JSONError) in try JSONValue(parsing: body) })
                .success, case .object = value
        else { return .none }
        return .json(value)
    }

    /// `0`, `"00"`, `"000"` are `"0"`; a SOAP fault code loses its prefix; at most 32 characters are kept.
    ///
    /// Two families of peers disagree on how to write success (contracts.md §2.3).
    static func normal(_ code: String) -> String {
        if code == "0" { return code }
        let trimmed = code.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if !trimmed.isEmpty, trimmed.utf8.allSatisfy({ $0 == UInt8(ascii: "0") }) { return "0" }
        let local = trimmed.split(separator: ":").last.map(String.init) ?? ""
        return String(local.prefix(32))
    }
}

extension Result {
    /// The value of a success; a failure is an answer's own business to judge.
    var success: Success? {
        if case .success(let value) = self { value } else { nil }
    }
}
