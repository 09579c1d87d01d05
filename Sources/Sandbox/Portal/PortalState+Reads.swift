internal import Wire

extension PortalState {
    /// The reading services (contracts.md §2.5, §2.10), as far as a synchronising client needs them.
    mutating func read(
        _ call: PortalCall, _ chance: Chance, _ speech: Speech, _ settings: PortalSettings
    ) -> ServedReply {
        let catalogue = settings.catalogue
        var json = JSONWriter()
        json.beginArray()
        switch call.content {
        case .probe(let code):
            counters.probes += 1
            if take(.probeError, chance) { return speech.refusal(-1, PortalAnswer.Sentence.busy) }
            if take(.probeBlank, chance) {
                return ServedReply(
                    body: .bytes(
                        PortalAnswer.json(
                            0, PortalAnswer.Sentence.found, spelling: speech.spelling)))
            }
            if let place = holdings.place(code) { write(holdings.dossiers[place], to: &json) }
        case .procedure(let code):
            if let procedure = catalogue.procedures[code] { write(procedure, to: &json) }
        case .procedures:
            for (_, procedure) in catalogue.procedures.sorted(by: { $0.key < $1.key }) {
                write(procedure, to: &json)
            }
        case .units:
            for unit in catalogue.units where unit.deadSince == nil {
                json.beginObject()
                json.member("MADONVI", unit.code)
                json.member("TENDONVI", unit.name)
                json.endObject()
            }
        default:
            for (code, name) in catalogue.fields.sorted(by: { $0.key < $1.key }) {
                json.beginObject()
                json.member("MALINHVUC", code)
                json.member("TENLINHVUC", name)
                json.endObject()
            }
        }
        json.endArray()
        return ServedReply(
            body: .bytes(
                PortalAnswer.json(
                    0, PortalAnswer.Sentence.found, spelling: speech.spelling,
                    result: json.finish())))
    }

    /// What `TraCuuHoSo` shows: that it is there, and with `probe_shows=steps` its record and its
    /// progress under `TienDo` (an invented shape; no source shows the real one).
    private func write(_ dossier: HeldDossier, to json: inout JSONWriter) {
        json.beginObject()
        if switches.choice(.probeShows) == "existence" {
            json.member("MaHoSo", dossier.code)
        } else {
            dossier.writeHeader(to: &json)
            json.key("TienDo")
            dossier.writeSteps(to: &json)
        }
        json.endObject()
    }

    private func write(_ procedure: Catalogue.Procedure, to json: inout JSONWriter) {
        json.beginObject()
        json.member("MATTHC", procedure.code)
        json.member("TENTTHC", procedure.name)
        json.member("TRANGTHAI", "1")
        json.key("LINHVUCTHUCHIEN")
        json.beginArray()
        json.beginObject()
        json.member("MALINHVUC", procedure.fieldCode)
        json.member("TENLINHVUC", procedure.fieldName)
        json.endObject()
        json.endArray()
        json.endObject()
    }
}
