/// Text of a contract with places to fill: `${madonvi}`, `${session}`.
///
/// A name is a slot of the engine, or a setting or secret that the contract declares.
struct Template: Sendable {
    enum Slot: String, Sendable, CaseIterable {
        /// The session that `login` gave.
        case session
        /// The dossier's code, in a probe.
        case code
        /// The caller's first eight bytes in hexadecimal.
        case nonce
        /// Now in Việt Nam to the millisecond, `yyyyMMddHHmmssSSS`.
        case now
    }
    enum Part: Sendable {
        case literal(String)
        case slot(Slot)
        case setting(ContractKey)
        case secret(ContractKey)
    }
    let parts: [Part]

    /// The names a template may use.
    struct Names: Sendable {
        var settings: [ContractKey]
        var secrets: [ContractKey]

        fileprivate func part(_ name: String) -> Part? {
            if let slot = Slot(rawValue: name) { return .slot(slot) }
            if let key = settings.first(where: { $0.name == name }) { return .setting(key) }
            if let key = secrets.first(where: { $0.name == name }) { return .secret(key) }
            return nil
        }

        var all: [String] {
            Slot.allCases.map(\.rawValue) + settings.map(\.name) + secrets.map(\.name)
        }
    }

    /// What is wrong with a template.
    enum Fault: Error, Equatable {
        case unclosed
        case unknownName(String)
    }

    init(_ text: String, _ names: Names) throws(Fault) {
        var parts: [Part] = []
        var rest = text[...]
        while let opening = rest.firstRange(of: "${") {
            if opening.lowerBound > rest.startIndex {
                parts.append(.literal(String(rest[..<opening.lowerBound])))
            }
            rest = rest[opening.upperBound...]
            guard let closing = rest.firstIndex(of: "}") else { throw .unclosed }
            let name = String(rest[..<closing])
            guard let part = names.part(name) else { throw .unknownName(name) }
            parts.append(part)
            rest = rest[rest.index(after: closing)...]
        }
        if !rest.isEmpty { parts.append(.literal(String(rest))) }
        self.parts = parts
    }

    func uses(_ slot: Slot) -> Bool {
        parts.contains { if case .slot(slot) = $0 { true } else { false } }
    }

    var usesSecrets: Bool {
        parts.contains { if case .secret = $0 { true } else { false } }
    }
}
