package import Dossiers
package import Operating
package import Wire

extension Contract {
    /// Builds the request of a call.
    ///
    /// - Parameters:
    ///   - key: the delivery's idempotency key; sent with `create`, `update` and `history` as a quoted
    ///     structured-field string, when the file names a header for it.
    ///   - nonce: bytes that no other request has; the request identifier of a destination that wants
    ///     one is made of the first eight and of the time.
    package func request(
        _ call: Call, account: Account, session: Secret?, key: Digest?, now: Moment, nonce: [UInt8]
    ) throws(Trouble) -> HTTPRequest {
        var asked: DossierCode?
        if case .probe(let code, _) = call { asked = code }
        let form = try form(
            call.kind, code: asked, account: account, session: session, now: now, nonce: nonce)
        return form.request(call.body.isEmpty ? [] : [call.body], key: key)
    }

    /// Everything of a call's request but what it carries and its key.
    ///
    /// - Parameter code: of the dossier that a probe asks about.
    package func form(
        _ kind: Call.Kind, code: DossierCode? = nil, account: Account, session: Secret?,
        now: Moment, nonce: [UInt8]
    ) throws(Trouble) -> RequestForm {
        guard let operation = plan.operations[kind] else {
            throw .callUnsupported(kind.rawValue, contract: name)
        }
        let filling = Filling(
            contract: name, account: account, session: session, code: code, now: now, nonce: nonce)
        let path = try filling.text(operation.endpoint)
        let url = path.hasPrefix("http") ? path : account.baseURL + path
        guard Contract.isSendable(url) else { throw .addressUnusable(contract: name) }

        var headers = try headers(of: operation, filling)
        var isSigned = false
        if case .basicSignedSHA256(let signed) = plan.authentication {
            headers.append(contentsOf: try signed.headers(url: url, filling))
            isSigned = true
        }
        if case .bearer = plan.authentication, kind != .login {
            guard let session else { throw .callLacksSession(contract: name) }
            guard Contract.isToken(session.value) else {
                throw .headerUnusable("Authorization", contract: name)
            }
            headers.append(HTTPHeader("Authorization", "Bearer " + session.value))
        }
        return RequestForm(
            url: url, headers: headers, keyHeader: kind.isWrite ? plan.idempotencyHeader : nil,
            envelope: try operation.envelope.cover(filling),
            timeoutMilliseconds: operation.timeoutMilliseconds,
            isLasting: !isSigned && !operation.isOfTheMoment)
    }

    private func headers(of operation: OperationPlan, _ filling: Filling) throws(Trouble)
        -> [HTTPHeader]
    {
        var headers: [HTTPHeader] = []
        headers.reserveCapacity(operation.headers.count + 3)
        for header in operation.headers {
            let value = try filling.text(header.value)
            if value.isEmpty, header.isOmittedWhenEmpty { continue }
            // A line break would let a setting add a header of its own.
            guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
                throw .headerUnusable(header.name, contract: name)
            }
            headers.append(HTTPHeader(header.name, value))
        }
        return headers
    }

    /// A token that can stand in a header (RFC 6750 §2.1 is narrower).
    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    private static func isSendable(_ url: String) -> Bool {
        (url.hasPrefix("https://") || url.hasPrefix("http://"))
            && url.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    /// The first thing that keeps a request to this account from being written at all: a header that its setting
    /// spoils, an address that is none, a unit that nobody knows.
    package func unsendable(for account: Account, now: Moment) -> Trouble? {
        for kind in Call.Kind.allCases where plan.operations[kind] != nil {
            do {
                _ = try form(
                    kind, code: DossierCode("0"), account: account, session: Secret("0"), now: now,
                    nonce: [UInt8](repeating: 0, count: 16))
            } catch {
                return error
            }
        }
        return nil
    }

    /// Everything that the account lacks or has too much, for `lienthongd check`; empty when all is well.
    package func troubles(of account: Account) -> [Trouble] {
        var found: [Trouble] = []
        for key in settingsNeeded where key.isRequired {
            if (account.settings[key.name] ?? key.defaultValue ?? "").isEmpty {
                found.append(.accountLacksSetting(key, contract: name))
            }
        }
        for key in secretsNeeded where key.isRequired {
            if (account.secrets[key.name]?.value ?? "").isEmpty {
                found.append(.accountLacksSecret(key, contract: name))
            }
        }
        for name in account.settings.keys.sorted()
        where !settingsNeeded.contains(where: { $0.name == name }) {
            let nearest = Nearest.of(name, among: settingsNeeded.map(\.name))
            found.append(.accountHasUnknown(name, nearest: nearest, contract: self.name))
        }
        for name in account.secrets.keys.sorted()
        where !secretsNeeded.contains(where: { $0.name == name }) {
            let nearest = Nearest.of(name, among: secretsNeeded.map(\.name))
            found.append(.accountHasUnknown(name, nearest: nearest, contract: self.name))
        }
        return found
    }
}

extension Call.Kind {
    /// True for calls that change what the destination holds.
    package var isWrite: Bool {
        switch self {
        case .create, .update, .history: true
        case .login, .probe, .verify, .lookup: false
        }
    }
}

extension Call {
    /// The rendered records that the call carries.
    var body: [UInt8] {
        switch self {
        case .create(let body), .update(let body), .history(let body), .verify(let body),
            .lookup(let body):
            body
        case .login, .probe: []
        }
    }
}
