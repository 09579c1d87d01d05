/// A dossier on an officer's desk.
struct OpenDossier {
    var id: Int64
    var code: String
    /// nil when the office's own word for it is unknown.
    var status: Int?
    var procedureCode: String
    var lastStepAt: OfficeTime?
    var dueAt: OfficeTime?
    var isReturnedByPost: Bool
    /// The number of the last step, where the product keeps it in the header.
    var lastStep: Int64

    var procedure: InventedProcedure? {
        InventedProcedures.all.first { $0.localCode == procedureCode }
    }
}

/// What an officer does in one product's tables, inside a transaction that the caller holds.
protocol OfficeBook: AnyObject {
    var session: any OneStopSession { get }
    /// The first dossier from that number on that nobody else has open; it stays locked.
    func pick(from number: Int64) throws -> OpenDossier?
    /// One of those that cannot be sent as they are; nil when there is none.
    func pickHeld() throws -> OpenDossier?
    func add(_ dossier: InventedDossier) throws
    /// Takes a step: the header moves with it.
    func advance(_ dossier: OpenDossier, _ step: InventedStep) throws
    func add(_ file: InventedFile, to dossier: OpenDossier) throws
    func ask(_ supplement: InventedSupplement, of dossier: OpenDossier) throws
    func answerSupplement(_ dossier: OpenDossier, by officer: String, at now: OfficeTime) throws
    func pay(_ dossier: OpenDossier, at now: OfficeTime) throws
    /// Changes one file's row and nothing else; its number decides what.
    func touchFile(of dossier: OpenDossier, at now: OfficeTime) throws
    func correctNote(_ dossier: OpenDossier, _ note: String, at now: OfficeTime) throws
    func correctName(_ dossier: OpenDossier, _ name: String, at now: OfficeTime) throws
    /// Puts right what keeps a dossier from being sent.
    func mend(_ dossier: OpenDossier, _ unit: InventedUnit, at now: OfficeTime) throws
    /// Gives an unmapped procedure its national code; false when it has one.
    func map(_ procedure: InventedProcedure, to code: String, at now: OfficeTime) throws -> Bool
    /// Changes a header's text or a file's name by hand: no timestamp moves.
    func changeSilently(_ dossier: OpenDossier, _ text: String) throws
    /// Deletes a dossier and every row that hangs on it.
    func delete(_ dossier: OpenDossier) throws

    /// People on record, with what the office knows of them.
    func people(limit: Int) throws -> [InventedPerson]
    /// Codes of dossiers of that day.
    func codes(of shortDay: String) throws -> [String]
}

extension OneStopProfile {
    func book(
        _ session: any OneStopSession, _ shared: OfficeShared, _ tables: any OneStopTables,
        _ order: OfficeOrder
    ) -> any OfficeBook {
        switch self {
        case .reference:
            ReferenceBook(
                session: session, shared: shared, tables: tables, filesURL: order.filesURL)
        case .opencps: OpenCPSBook(session: session, shared: shared, tables: tables)
        }
    }
}

extension OfficeTime {
    /// Reads what both databases print: `YYYY-MM-DD HH:MM:SS[.ffffff]`.
    init?(text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 19, let day = OfficeTime(day: String(text.prefix(10))) else {
            return nil
        }
        func number(_ range: Range<Int>) -> Int? {
            Int(String(decoding: bytes[range], as: UTF8.self))
        }
        guard let hour = number(11..<13), let minute = number(14..<16),
            let second = number(17..<19)
        else { return nil }
        var fraction = 0
        if bytes.count > 20 {
            let written = bytes[20...].prefix(3)
            fraction = (number(20..<(20 + written.count)) ?? 0) * [100, 10, 1][written.count - 1]
        }
        self = day.adding(seconds: hour * 3600 + minute * 60 + second)
            .adding(milliseconds: Int64(fraction))
    }
}
