import Dossiers
import Operating
import Outbox

@testable import Capture

extension Office {
    /// Installs the feed as the owner of the tables does.
    @discardableResult
    func installFeed() throws -> Bool { try installer().install(grantingTo: nil) }

    func installer(_ other: SourceProfile? = nil) throws -> FeedInstaller {
        try FeedInstaller(other ?? profile, at: path)
    }

    /// The tables whose rows hang on a dossier, with their own key.
    var childTables: [(table: String, id: String, dossier: String)] {
        switch kind {
        case .referenceSQLite, .referencePostgres:
            ["step", "document", "fee", "paper", "supplement"].map { ($0, "id", "dossier_id") }
        case .opencps:
            [
                ("opencps_dossieraction", "dossieractionid", "dossierid"),
                ("opencps_dossierfile", "dossierfileid", "dossierid"),
                ("opencps_paymentfile", "paymentfileid", "dossierid"),
            ]
        }
    }

    var header: (table: String, key: String, modified: String, summary: String) {
        kind == .opencps
            ? ("opencps_dossier", "dossierid", "modifieddate", "briefnote")
            : ("dossier", "id", "modified_at", "summary")
    }

    /// One row of each child table, for a dossier.
    func insertChildren(_ id: Int, dossier: Int, at time: String? = nil) -> String {
        let time = time ?? self.time()
        let first =
            insertStep(id, dossier: dossier, at: time) + insertFile(id, dossier: dossier, at: time)
        switch kind {
        case .referenceSQLite, .referencePostgres:
            return first + """
                INSERT INTO fee (id, dossier_id, name, amount, modified_at)
                VALUES (\(id), \(dossier), 'Lệ phí', 5000, '\(time)');
                INSERT INTO paper (id, dossier_id, name, modified_at)
                VALUES (\(id), \(dossier), 'Đơn', '\(time)');
                INSERT INTO supplement (id, dossier_id, content, requested_at, modified_at)
                VALUES (\(id), \(dossier), 'Thiếu giấy', '\(time)', '\(time)');
                """
        case .opencps:
            return first + """
                INSERT INTO opencps_paymentfile (paymentfileid, groupid, createdate, modifieddate,
                    dossierid, paymentfee, feeamount)
                VALUES (\(id), 1, '\(time)', '\(time)', \(dossier), 'Lệ phí', 5000);
                """
        }
    }

    /// A change of a child's row that moves no timestamp.
    func changeSilently(_ table: String, _ id: Int) -> String {
        let column =
            switch table {
            case "step", "supplement": "content"
            case "document", "fee", "paper": "name"
            case "opencps_dossieraction": "actionname"
            case "opencps_dossierfile": "displayname"
            default: "paymentfee"
            }
        let key = childTables.first { $0.table == table }?.id ?? "id"
        return "UPDATE \(table) SET \(column) = 'Đã đổi lặng lẽ' WHERE \(key) = \(id);"
    }

    func deleteDossier(_ id: Int) -> String {
        childTables.map { "DELETE FROM \($0.table) WHERE \($0.dossier) = \(id);" }.joined()
            + "DELETE FROM \(header.table) WHERE \(header.key) = \(id);"
    }
}
