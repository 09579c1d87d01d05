internal import Dossiers
internal import Wire

extension VerificationPlan {
    /// What the answer to `verify` or `lookup` says; nil when it says nothing that we understand.
    func finding(in root: XMLElement, call: Call, dialect: SOAPDialect?) -> Verification? {
        switch call {
        case .verify:
            switch root.first(exists).map({ Folding.fold($0.text) }) {
            case "true", "1": return .matched
            case "false", "0": return .notFound
            default: return nil
            }
        case .lookup(let body):
            guard let collection = root.first(collection) else { return nil }
            guard let dialect, let asked = Asked(body, dialect, self) else { return nil }
            let citizens = collection.children.filter { $0.name == citizen }
            // Of several, the one who differs least is the one who was meant.
            let differences = citizens.map { different(asked, from: $0) }
            guard let least = differences.min(by: { $0.count < $1.count }) else {
                return .notFound
            }
            return least.isEmpty ? .matched : .mismatched(least)
        case .login, .create, .update, .history, .probe: return nil
        }
    }

    /// Which elements of the question the citizen contradicts. What the answer does not say, it does not
    /// contradict.
    private func different(_ asked: Asked, from citizen: XMLElement)
        -> Set<Verification.Element>
    {
        var elements: Set<Verification.Element> = []
        let numbers = numbers.compactMap { text($0, in: citizen) }
        if !numbers.isEmpty, !numbers.contains(asked.number) { elements.insert(.identityNumber) }
        let names = self.names.compactMap { text($0, in: citizen) }
        if !names.isEmpty {
            let whole = names.joined(separator: " ")
            if !(names + [whole]).contains(where: { same($0, asked.name) }) {
                elements.insert(.name)
            }
        }
        if let born = birth(births, in: citizen), !Self.agree(born, asked.birth) {
            elements.insert(.birth)
        }
        return elements
    }

    private func same(_ a: String, _ b: String) -> Bool {
        let x = Folding.fold(a)
        let y = Folding.fold(b)
        return ignoresAccents ? Folding.withoutAccents(x) == Folding.withoutAccents(y) : x == y
    }

    /// Two births agree when they agree as far as both are known.
    private static func agree(_ a: String, _ b: String) -> Bool {
        a.count == 8 && b.count == 8 ? a == b : a.prefix(4) == b.prefix(4)
    }

    /// The digits of the date, else of the year; practice and standard differ in their hyphens only
    /// (contracts.md §4.3).
    private func birth(_ paths: [[String]], in element: XMLElement) -> String? {
        for path in paths {
            guard let text = text(path, in: element) else { continue }
            let digits = text.filter(\.isNumber)
            if digits.count == 8 || digits.count == 4 { return digits }
        }
        return nil
    }

    private func text(_ path: [String], in element: XMLElement) -> String? {
        guard let text = element.first(path)?.text else { return nil }
        // A name or a date; what is longer is none.
        let trimmed = ForeignText.prefix(text, bytes: 2000).split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
        return trimmed.isEmpty ? nil : trimmed
    }

    /// The person that a recorded question asks about, read back from its own elements.
    private struct Asked {
        var number: String
        var name: String
        var birth: String

        init?(_ body: [UInt8], _ dialect: SOAPDialect, _ plan: VerificationPlan) {
            let document =
                dialect.opening + Array("<\(dialect.prefix):q>".utf8) + body
                + Array("</\(dialect.prefix):q>".utf8) + SOAPDialect.closing
            let root = Result(catching: { () throws(XMLError) in
                try XMLElement(parsing: document)
            }).success
            guard let question = root?.first(["Body", "q"]) else { return nil }
            func text(_ paths: [[String]]) -> String? {
                paths.lazy.compactMap { plan.text($0, in: question) }.first
            }
            guard let number = text(plan.asked.numbers), let name = text(plan.asked.names),
                let birth = plan.birth(plan.asked.births, in: question)
            else { return nil }
            self.number = number
            self.name = name
            self.birth = birth
        }
    }
}
