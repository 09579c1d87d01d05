internal import Synchronization
internal import Wire

extension Portal {
    /// `login` (contracts.md §2.2): success needs `error_code` 0 and a session; failure is HTTP 200 too.
    func login(_ request: ServedRequest, now: Moment) -> ServedReply {
        if let refusal = httpRefusal(
            request, contentType: "application/json", service: "login", now: now)
        {
            return refusal
        }
        let tape = JSONTape(request.body)
        let breaches = loginBreaches(tape)
        let isKnown =
            tape.map { tape in
                tape.string(tape.member(tape.root, "username")) == settings.userName
                    && tape.string(tape.member(tape.root, "password")) == settings.password
            } ?? false
        return state.withLock { state in
            let chance = state.chance(about: Hash64.of("login"))
            if let trouble = state.interruption(chance, .portal, now: now) { return trouble }
            state.counters.count("login")
            state.note(breaches, service: "login", now: now)
            let spelling = PortalAnswer.spelling(state.switches, chance, natural: "int")
            let body: [UInt8]
            if !breaches.isEmpty || !isKnown || state.take(.loginRefused, chance) {
                state.counters.loginsRefused += 1
                body = PortalAnswer.json(-1, PortalAnswer.Sentence.login, spelling: spelling)
            } else {
                state.counters.logins += 1
                let session = state.sessions.open(
                    seed: state.seed, now: now.steady,
                    seconds: state.switches.count(.sessionSeconds))
                body = PortalAnswer.json(
                    0, "Đăng nhập thành công", spelling: spelling, session: session)
            }
            return state.spoiled(ServedReply(body: .bytes(body)), chance, .portal)
        }
    }

    private func loginBreaches(_ tape: JSONTape?) -> [Breach] {
        guard let tape, tape.kind(tape.root) == .object else { return [Breach(.jsonSyntax, "")] }
        var seen: [String] = []
        var breaches: [Breach] = []
        tape.members(tape.root) { name, value in
            let name = String(decoding: name, as: UTF8.self)
            if !["username", "password"].contains(name) {
                breaches.append(Breach(.memberUnknown, "login"))
            } else if tape.kind(value) != .string {
                breaches.append(Breach(.type, name))
            }
            seen.append(name)
        }
        for name in ["username", "password"] where !seen.contains(name) {
            breaches.append(Breach(.memberMissing, name))
        }
        return breaches
    }
}
