internal import Wire

/// What the interlinking software (DVCLT) holds: for each of its dossiers the statuses that it took, in
/// the order in which it took them. Its state machine is contracts.md §5.3, written here a second time on
/// purpose: the sandbox must not learn the order from the client's contract.
struct GroupRegister: Sendable {
    struct Held: Sendable {
        /// The province's code.
        var code: String
        var statuses: [Int] = []
    }

    enum Verdict: Equatable {
        case taken
        /// It has this status as its last one.
        case again
        case hasResult, isReturned, isRefused
        case outOfOrder
    }

    private(set) var dossiers: [String: Held] = [:]
    /// Statuses that came once more and were taken for what they were.
    private(set) var repeats = 0

    /// 1 → 3 → 7 → 4 → 5; 2 between 1 and 4, as often as need be; 6 between 1 and 4, and then nothing.
    private static let road = [1, 3, 7, 4, 5]

    func verdict(_ status: Int, of number: String, isStrict: Bool) -> Verdict {
        let told = dossiers[number]?.statuses ?? []
        if told.last == status, status != 4, status != 5, status != 6 { return .again }
        guard isStrict else { return .taken }
        if told.contains(5) { return .isReturned }
        if told.contains(6) { return .isRefused }
        if told.contains(4), status == 4 { return .hasResult }
        let reached = GroupRegister.road.prefix { told.contains($0) }.count
        switch status {
        case 2, 6: return told.contains(1) && !told.contains(4) ? .taken : .outOfOrder
        case _ where reached < GroupRegister.road.count && GroupRegister.road[reached] == status:
            return .taken
        default: return .outOfOrder
        }
    }

    mutating func take(_ status: Int, of number: String, code: String) {
        dossiers[number, default: Held(code: code)].statuses.append(status)
    }

    mutating func countRepeat() { repeats += 1 }

    func json() -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("repeats", Int64(repeats))
        json.key("dossiers")
        json.beginArray()
        for (number, held) in dossiers.sorted(by: { $0.key < $1.key }) {
            json.beginObject()
            json.member("soHoSoLT", number)
            json.member("maHoSo", held.code)
            json.member("statuses", held.statuses.map { String($0) }.joined(separator: ","))
            json.endObject()
        }
        json.endArray()
        json.endObject()
        return json.finish()
    }
}
