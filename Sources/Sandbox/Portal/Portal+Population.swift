internal import Synchronization
internal import Wire

extension Portal {
    /// The National Population Database behind its SOAP interface (contracts.md §4).
    func population(_ request: ServedRequest, now: Moment) -> ServedReply {
        let service = "dancu"
        if let refusal = httpRefusal(
            request, contentType: "application/xml", service: service, now: now)
        {
            return refusal
        }
        let switches = state.withLock { $0.switches }
        let isStrict = switches.choice(.population) == "strict"
        if let refusal = unsigned(request, switches, now: now) { return refusal }
        var asked = PopulationRequest(body: request.body, isStrict: isStrict)
        if isStrict, !["", "\"\""].contains(request.headers.soapAction) {
            asked.breaches.append(Breach(.soapAction, "SOAPAction"))
        }
        return state.withLock { state in
            let chance = state.chance(
                about: Hash64.of(asked.number.utf8, from: Hash64.of(asked.operation.rawValue)))
            if let trouble = state.interruption(chance, .population, now: now) { return trouble }
            state.counters.count(asked.operation.rawValue)
            let reply = state.answer(asked, settings.people, chance, now: now)
            return state.spoiled(reply, chance, .population)
        }
    }

    /// Checks `Timestamp` and the signature of `Authorization` (contracts.md §4.2).
    private func unsigned(_ request: ServedRequest, _ switches: Switches, now: Moment)
        -> ServedReply?
    {
        let stamp = request.headers.timestamp ?? ""
        guard stamp.utf8.count == 13, let milliseconds = Int64(stamp),
            abs(milliseconds - now.wall.milliseconds)
                <= Int64(switches.count(.signatureSeconds)) * 1000
        else {
            note([Breach(.timestamp, "Timestamp")], service: "dancu", now: now)
            return Soap.fault(401, "Client.Authentication", "Timestamp is absent, wrong or stale")
        }
        let scheme = request.isSecure ? "https" : "http"
        let address =
            settings.populationURL
            ?? "\(scheme)://\(request.headers.host ?? "")\(settings.populationPath)"
        let signed = address + settings.populationUser + stamp + settings.populationSecret
        let signature = SHA256.digest(Array(signed.utf8)).hex
        let expected = Base64.encode(Array("\(settings.populationUser):\(signature)".utf8))
        guard request.headers.authorization == "Basic \(expected)" else {
            note([Breach(.signature, "Authorization")], service: "dancu", now: now)
            return Soap.fault(401, "Client.Authentication", "The signature does not fit")
        }
        return nil
    }
}

extension PortalState {
    fileprivate mutating func answer(
        _ asked: PopulationRequest, _ people: People, _ chance: Chance, now: Moment
    ) -> ServedReply {
        var breaches = asked.breaches
        if !asked.requestID.isEmpty, !requestIDs.insert(Hash64.of(asked.requestID)) {
            breaches.append(Breach(.requestRepeated, "MaYeuCau"))
        }
        if let first = breaches.first {
            note(breaches, service: asked.operation.rawValue, now: now)
            counters.refused += 1
            return Soap.fault(500, "Client", "\(first.field): \(first.rule.rawValue)")
        }
        if take(.populationError, chance) {
            return Soap.fault(500, "Server", "The database cannot answer now")
        }
        let person = people.person(asked.number)
        switch asked.operation {
        case .verify:
            asks.verify(asked.number)
            let matches =
                person.map { $0.answers(toName: asked.name) && $0.answers(toBirth: asked.birth) }
                ?? false
            return Soap.verified(matches)
        case .lookUp:
            asks.lookUp(asked.number)
            guard let person else { return Soap.found(nil) }
            let isShown =
                switches.choice(.populationLookup) == "by_number"
                || person.answers(toName: asked.name) && person.answers(toBirth: asked.birth)
            return Soap.found(isShown ? person : nil)
        }
    }
}

/// The population database's replies (contracts.md §4.3).
private enum Soap {
    static func reply(_ status: Int, _ inner: String) -> ServedReply {
        let text = """
            <?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="\
            \(PopulationRequest.soap)" xmlns:dan="\(PopulationRequest.population)"><soapenv:Body>\
            \(inner)</soapenv:Body></soapenv:Envelope>
            """
        return ServedReply(
            status: status, contentType: "text/xml;charset=utf-8", body: .bytes(Array(text.utf8)))
    }

    static func fault(_ status: Int, _ code: String, _ words: String) -> ServedReply {
        reply(
            status,
            "<soapenv:Fault><faultcode>soapenv:\(code)</faultcode>"
                + "<faultstring>\(escaped(words))</faultstring></soapenv:Fault>")
    }

    /// Operation 003: whether such a citizen exists.
    static func verified(_ exists: Bool) -> ServedReply {
        reply(
            200,
            "<dan:XacThucThongTinCongDanResponse><dan:KetQuaXacThuc><dan:TonTai>\(exists)"
                + "</dan:TonTai></dan:KetQuaXacThuc></dan:XacThucThongTinCongDanResponse>")
    }

    /// Operation 037: the citizen, or a collection with nobody in it.
    static func found(_ person: People.Person?) -> ServedReply {
        var inner = ""
        if let person {
            let number = person.number.utf8.count == 9 ? "SoCMND" : "SoDinhDanh"
            let birth = person.birth.utf8.count == 4 ? "Nam" : "NgayThangNam"
            inner = """
                <dan:CongDan><dan:\(number)>\(escaped(person.number))</dan:\(number)>\
                <dan:HoVaTen><dan:Ten>\(escaped(person.officialName))</dan:Ten></dan:HoVaTen>\
                <dan:NgayThangNamSinh><dan:\(birth)>\(escaped(person.birth))</dan:\(birth)>\
                </dan:NgayThangNamSinh><dan:QuocTich>VN</dan:QuocTich></dan:CongDan>
                """
        }
        return reply(
            200,
            "<dan:TraCuuThongTinCongDanResponse><dan:CongdanCollection>\(inner)"
                + "</dan:CongdanCollection></dan:TraCuuThongTinCongDanResponse>")
    }

    private static func escaped(_ text: String) -> String {
        var bytes: [UInt8] = []
        XMLText.append(text, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
