internal import Dossiers
internal import Operating
internal import Wire

/// The values that one request fills its templates with.
struct Filling {
    var contract: String
    var account: Account
    var session: Secret?
    var code: DossierCode?
    var now: Moment
    var nonce: [UInt8]

    func text(_ template: Template) throws(Trouble) -> String {
        if template.parts.count == 1, let only = template.parts.first { return try text(only) }
        var whole = ""
        for part in template.parts { whole += try text(part) }
        return whole
    }

    private func text(_ part: Template.Part) throws(Trouble) -> String {
        switch part {
        case .literal(let text): return text
        case .slot(let slot): return try text(slot)
        case .setting(let key):
            guard let text = filled(key, account.settings[key.name]) else {
                throw .accountLacksSetting(key, contract: contract)
            }
            return text
        case .secret(let key):
            guard let text = filled(key, account.secrets[key.name]?.value) else {
                throw .accountLacksSecret(key, contract: contract)
            }
            return text
        }
    }

    /// nil when the contract requires a value and there is none.
    private func filled(_ key: ContractKey, _ given: String?) -> String? {
        let text = given ?? key.defaultValue ?? ""
        return text.isEmpty && key.isRequired ? nil : text
    }

    private func text(_ slot: Template.Slot) throws(Trouble) -> String {
        switch slot {
        case .session:
            guard let session else { throw .callLacksSession(contract: contract) }
            return session.value
        case .code: return code?.rawValue ?? ""
        case .nonce: return Hex.encode(Array(nonce.prefix(8)))
        case .now:
            var bytes = now.wall.compactBytes
            bytes.append(decimal: now.wall.vietnam.millisecond, width: 3)
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}
