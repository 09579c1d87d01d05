internal import Wire

extension PortalAnswer {
    /// What became of each record of a call (an invented shape, contracts.md §15 S10).
    ///
    /// - Parameter form: `full`: every record, in the order of the call; `missing`: every third is left
    ///   out; `shuffled`: the last first; `twice`: the first two records appear again at the end.
    static func list(_ codes: [String], _ refusals: [Refusal?], form: String) -> [UInt8] {
        var entries = zip(codes, refusals).map { (code: $0, refusal: $1) }
        switch form {
        case "missing":
            entries = entries.enumerated().filter { $0.offset % 3 != 0 }.map(\.element)
        case "shuffled": entries.reverse()
        case "twice": entries += entries.prefix(2)
        default: break
        }
        var list = JSONWriter()
        list.beginArray()
        for entry in entries {
            list.beginObject()
            list.member("MaHoSo", entry.code)
            list.member("error_code", String(entry.refusal?.code ?? 0))
            list.member("message", entry.refusal?.message ?? Sentence.created)
            list.endObject()
        }
        list.endArray()
        return list.finish()
    }
}

extension Chance {
    /// The word of a switch, or one of its words by chance when it stands at `mixed`.
    func choice(of name: Switch, in switches: Switches) -> String {
        let word = switches.choice(name)
        guard word == "mixed", case .choice(let words) = name.kind else { return word }
        let real = words.filter { $0 != "mixed" }
        return real[Int(number(name.rawValue) % UInt64(real.count))]
    }
}
