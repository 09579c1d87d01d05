internal import Sandbox
internal import Wire

// What the daemon sends to a system and hears from it, and what it may send when.
extension PortalSite {
    /// A request as the promises see it.
    struct Asked {
        var code: String
        var isLogin: Bool
        var isQuestion: Bool
        /// Of its content, the session left out; nil where the content is never the same.
        var content: Digest?
        /// The person whom it is about; nil for anything but a population database.
        var person: String?
    }

    func asked(_ request: HTTPRequest, _ words: String) -> Asked {
        let parts = words.split(separator: " ")
        let isOfDossier = PortalSite.holdsDossiers(name)
        return Asked(
            code: parts.count > 1 ? parts.last.map(String.init) ?? "" : "",
            isLogin: PortalSite.isLogin(request),
            isQuestion: isOfDossier && parts.first == "TraCuuHoSo",
            content: PortalSite.content(of: request),
            person: name == "population" ? PersonsAsked.number(request.body) : nil)
    }

    /// The digest of `data`; nil when there is none.
    static func content(of request: HTTPRequest) -> Digest? {
        guard let data = request.body.firstRange(of: Array("\"data\":".utf8)),
            let end = request.body.lastIndex(of: UInt8(ascii: "]")), data.upperBound < end
        else { return nil }
        return SHA256.digest(Array(request.body[data.upperBound...end]))
    }

    /// A request leaves the daemon, whose machine believes that it is `now`.
    func leaves(_ asked: Asked, now: Moment) {
        if heardOf[asked.code] == nil { heardOf[asked.code] = clock.steady }
        let isGood =
            mood?.keepsOut != true
            && (meter.session.map { portal.takes(session: $0, now: clock.truth) } ?? false)
        if isUnwell { sentInVain += 1 }
        meter.sends(
            isLogin: asked.isLogin, isGood: isGood, isAway: isAway,
            keepsOut: mood?.keepsOut == true,
            // A session that is not accepted is refused us; a login that fails softly is an absence.
            loginsAMinute: mood == .deaf ? 4 : 10, now: now)
        // At home it is asked what is asked of everybody first.
        if !asked.code.isEmpty, !doubts.leaves(asked.code, isQuestion: asked.isQuestion),
            plan.countsQuestions
        {
            meter.note("a portal was asked about a dossier without a reason", code: asked.code)
        }
        if let person = asked.person, persons.wasAnswered(person), plan.countsPersons {
            meter.note("a person was asked about again", code: "")
        }
        if let content = asked.content, let until = notBefore[content],
            clock.steady < until, plan.heedsRetryAfter
        {
            meter.note(
                "sent again \(until - clock.steady) ms before it was asked for", code: asked.code)
        }
    }

    /// An answer reached the daemon.
    func gives(_ response: HTTPResponse, to request: HTTPRequest, _ asked: Asked) {
        noteSession(response, to: request)
        let isGood = PortalSite.isPlainSuccess(response, isQuestion: asked.isQuestion)
        if !isGood, !asked.isLogin { meter.refuses() }
        doubts.ends(asked.code, isGood: isGood, now: clock.steady)
        if let person = asked.person, response.status == 200 {
            persons.hears(response.body, about: person, now: clock.steady)
        }
        guard [429, 503].contains(response.status),
            let wait = response.retryAfter.flatMap({
                RetryAfter.milliseconds($0, now: clock.truth.wall)
            })
        else { return }
        let until = clock.steady + min(wait, 3_600_000)
        leftAloneUntil = max(leftAloneUntil, until)
        if let content = asked.content { notBefore[content] = until }
    }

    /// A request ended without an answer.
    func ends(_ asked: Asked) {
        doubts.ends(asked.code, isGood: false, now: clock.steady)
    }

    /// A process of the daemon begins; the last one ended at `diedAt`.
    func starts(diedAt: Int64) {
        meter.starts()
        doubts.starts(diedAt: diedAt)
        persons.starts(diedAt: diedAt)
        // What was answered just before need not have been written down.
        notBefore = [:]
    }

    /// The store that was just opened does not know whether these arrived.
    func isInDoubt(_ codes: [String]) {
        for code in codes { doubts.isInDoubt(code) }
    }

    /// The daemon's memory of it is lost or an older one.
    func isForgotten() {
        doubts.forgets()
        persons.forgets()
        notBefore = [:]
    }

    private static func isPlainSuccess(_ response: HTTPResponse, isQuestion: Bool) -> Bool {
        guard response.status == 200, let value = try? JSONValue(parsing: response.body),
            let code = value["error_code"]?.text
        else { return false }
        // A question that is answered with nothing was not answered.
        return (code == "0" || code == "00") && (!isQuestion || value["result"] != nil)
    }
}
