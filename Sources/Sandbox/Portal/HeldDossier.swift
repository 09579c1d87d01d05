internal import Wire

/// One dossier as the portal holds it, compact.
struct HeldDossier: Sendable {
    let code: String
    /// The header record, ``PackedRecord``.
    var header: [UInt8]
    /// The digests of the header held now and of the one before it.
    var digest: UInt64
    var previousDigest: UInt64 = 0
    /// Progress rows one behind the other, ``PackedRecord`` without the dossier's code.
    var steps: [UInt8] = []
    /// Where each progress row ends.
    var stepEnds: [UInt32] = []
    /// The latest `ThoiDiemXuLy`.
    var lastStepTime: UInt64 = 0
    /// How often it was created, updated, updated with what was held already, and updated back to what
    /// it was one update before.
    var creates: UInt16 = 1
    var updates: UInt32 = 0
    var redundant: UInt32 = 0
    var reverted: UInt32 = 0
    /// Progress rows that arrived again.
    var duplicates: UInt32 = 0

    init(code: String, header: [UInt8]) {
        self.code = code
        self.header = header
        self.digest = Hash64.of(header)
    }

    mutating func replace(header next: [UInt8]) {
        let incoming = Hash64.of(next)
        updates += 1
        if incoming == digest {
            redundant += 1
        } else {
            if incoming == previousDigest { reverted += 1 }
            previousDigest = digest
        }
        digest = incoming
        header = next
    }

    func holds(step: [UInt8]) -> Bool {
        var start = 0
        for end in stepEnds {
            if steps[start..<Int(end)].elementsEqual(step) { return true }
            start = Int(end)
        }
        return false
    }

    mutating func append(step: [UInt8], time: UInt64) {
        steps += step
        stepEnds.append(UInt32(steps.count))
        lastStepTime = max(lastStepTime, time)
    }

    /// The members of the header record into the object that is open.
    func writeHeader(to json: inout JSONWriter) {
        var at = 0
        PackedRecord.writeMembers(header, &at, RecordSchema.dossier.fields, to: &json)
    }

    func writeSteps(to json: inout JSONWriter) {
        json.beginArray()
        var at = 0
        for _ in stepEnds {
            json.beginObject()
            json.member("MaHoSo", code)
            PackedRecord.writeMembers(steps, &at, RecordSchema.step.fields.dropFirst(), to: &json)
            json.endObject()
        }
        json.endArray()
    }

    /// One line of `/sandbox/holdings`.
    func line() -> [UInt8] {
        var json = JSONWriter(reserving: header.count * 2 + steps.count * 3)
        json.beginObject()
        json.member("code", code)
        json.member("creates", Int64(creates))
        json.member("updates", Int64(updates))
        json.member("redundant", Int64(redundant))
        json.member("reverted", Int64(reverted))
        json.member("duplicates", Int64(duplicates))
        json.key("header")
        json.beginObject()
        writeHeader(to: &json)
        json.endObject()
        json.key("progress")
        writeSteps(to: &json)
        json.endObject()
        return json.finish() + [UInt8(ascii: "\n")]
    }
}

/// All dossiers that the portal holds.
struct Holdings: Sendable {
    private(set) var dossiers: [HeldDossier] = []
    /// The codes alone, in the order of creation: what a listing sorts without holding the lock.
    private(set) var codes: [String] = []
    private var places: [String: Int32] = [:]
    /// Most dossiers that it takes.
    let limit: Int

    init(limit: Int) { self.limit = limit }

    var count: Int { dossiers.count }
    var isFull: Bool { dossiers.count >= limit }

    func place(_ code: String) -> Int? { places[code].map(Int.init) }

    mutating func create(_ code: String, header: [UInt8]) {
        places[code] = Int32(dossiers.count)
        codes.append(code)
        dossiers.append(HeldDossier(code: code, header: header))
    }

    /// As a clerk over there who removes it, or a backup put back: no request of ours.
    mutating func lose(_ code: String) {
        places[code] = nil
        codes.removeAll { $0 == code }
    }

    mutating func update(_ place: Int, _ change: (inout HeldDossier) -> Void) {
        change(&dossiers[place])
    }
}
