internal import Synchronization
internal import Wire

/// The interlinking software for birth and death groups (contracts.md §5), S17.
extension Portal {
    /// `POST {Base}{GetToken}`: a token, or HTTP 401.
    func groupToken(_ request: ServedRequest, now: Moment) -> ServedReply {
        if let refusal = httpRefusal(
            request, contentType: "application/json", service: "GetToken", now: now)
        {
            return refusal
        }
        let tape = JSONTape(request.body)
        let isKnown =
            tape.map { tape in
                tape.string(tape.member(tape.root, "userName")) == settings.userName
                    && tape.string(tape.member(tape.root, "password")) == settings.password
            } ?? false
        return state.withLock { state in
            let chance = state.chance(about: Hash64.of("GetToken"))
            if let trouble = state.interruption(chance, .groups, now: now) { return trouble }
            state.counters.count("GetToken")
            guard isKnown, !state.take(.loginRefused, chance) else {
                state.counters.loginsRefused += 1
                return .text(401, "Unauthorized")
            }
            state.counters.logins += 1
            let token = state.sessions.open(
                seed: state.seed, now: now.steady, seconds: state.switches.count(.sessionSeconds))
            var json = JSONWriter()
            json.beginObject()
            json.member("token", token)
            json.member("refreshToken", "")
            json.member("refreshTokenExpiryTime", "")
            json.endObject()
            return state.spoiled(ServedReply(body: .bytes(json.finish())), chance, .groups)
        }
    }

    /// `POST {SendStatusUrl}`.
    func groupStatus(_ request: ServedRequest, now: Moment) -> ServedReply {
        let service = "SendStatus"
        if let refusal = httpRefusal(
            request, contentType: "application/json", service: service, now: now)
        {
            return refusal
        }
        guard let call = GroupStatus(request.body) else {
            note([Breach(.jsonSyntax, "")], service: service, now: now)
            return GroupAnswer.problem(400, "Nội dung không phải JSON hợp lệ")
        }
        let authorization = request.headers.authorization ?? ""
        return state.withLock { state in
            let chance = state.chance(about: Hash64.of(call.number.utf8, from: Hash64.of(service)))
            if let trouble = state.interruption(chance, .groups, now: now) { return trouble }
            state.counters.count(service)
            let token = authorization.hasPrefix("Bearer ") ? authorization.dropFirst(7) : ""
            guard state.sessions.isValid(String(token), now: now.steady),
                !state.take(.sessionLoss, chance)
            else {
                state.sessions.forget(String(token))
                state.counters.expiredSessions += 1
                return .text(401, "Unauthorized")
            }
            return state.spoiled(state.carryOut(call, chance, now: now), chance, .groups)
        }
    }

    func groupListing() -> ServedReply {
        ServedReply(body: .bytes(state.withLock { $0.groups }.json()))
    }
}

extension PortalState {
    fileprivate mutating func carryOut(_ call: GroupStatus, _ chance: Chance, now: Moment)
        -> ServedReply
    {
        if !call.breaches.isEmpty {
            note(call.breaches, code: call.code, service: "SendStatus", now: now)
            counters.refused += 1
            return GroupAnswer.problem(400, "Dữ liệu không hợp lệ: \(call.breaches[0].field)")
        }
        if switches.choice(.groupKnows) == "none" {
            return GroupAnswer.problem(400, "Hồ sơ không tồn tại")
        }
        if take(.groupNotUpdated, chance) {
            return GroupAnswer.problem(400, "Hồ sơ chưa cập nhật trạng thái trước đó")
        }
        let verdict = groups.verdict(
            call.status, of: call.number, isStrict: switches.choice(.groupOrder) == "strict")
        switch verdict {
        case .taken:
            // It breaks before the deed or after it, and its words are the same.
            let breaks = take(.groupError, chance)
            let isAfter = chance.uniform("after") < 0.5
            if !breaks || isAfter {
                counters.acknowledged += 1
                groups.take(call.status, of: call.number, code: call.code)
            }
            return breaks
                ? GroupAnswer.problem(500, "Có lỗi trong quá trình thêm mới")
                : GroupAnswer.success
        case .again:
            groups.countRepeat()
            return switches.choice(.groupRepeat) == "accept"
                ? GroupAnswer.success : GroupAnswer.problem(400, "Logic xử lý không hợp lệ")
        case .hasResult:
            groups.countRepeat()
            return GroupAnswer.problem(400, "Hồ sơ đã có kết quả xử lý")
        case .isReturned:
            groups.countRepeat()
            // Another status than 5 is no repeat of ours.
            if call.status != 5 { noteOrder(call, now: now) }
            return GroupAnswer.problem(
                400, "Hồ sơ đã trả kết quả, không được cập nhật trạng thái")
        case .isRefused:
            if call.status != 6 { noteOrder(call, now: now) }
            return GroupAnswer.problem(400, "Hồ sơ bị từ chối. Không thể cập nhật trạng thái")
        case .outOfOrder:
            noteOrder(call, now: now)
            counters.refused += 1
            return GroupAnswer.problem(400, "Logic xử lý không hợp lệ")
        }
    }

    private mutating func noteOrder(_ call: GroupStatus, now: Moment) {
        note(
            [Breach(.statusOrder, "trangThai \(call.status)")], code: call.code,
            service: "SendStatus", now: now)
    }
}

/// The problem shape of ASP.NET (contracts.md §5.2).
enum GroupAnswer {
    static let success = answer(200, title: "Cập nhật trạng thái thành công", error: nil)

    static func problem(_ status: Int, _ words: String) -> ServedReply {
        answer(status, title: "One or more validation errors occurred.", error: words)
    }

    private static func answer(_ status: Int, title: String, error: String?) -> ServedReply {
        var json = JSONWriter()
        json.beginObject()
        json.key("errors")
        json.beginObject()
        if let error {
            json.key("soHoSoLT")
            json.beginArray()
            json.string(error)
            json.endArray()
        }
        json.endObject()
        json.member("type", "https://tools.ietf.org/html/rfc7231#section-6.5.1")
        json.member("title", title)
        json.member("status", Int64(status))
        json.member("traceId", "00-sandbox-00")
        json.endObject()
        return ServedReply(
            status: status, contentType: "application/json;charset=utf-8",
            body: .bytes(json.finish()))
    }
}
