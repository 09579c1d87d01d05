import Postgres

/// The office: changes dossiers of a province's one-stop database, as OpenCPS would.
struct Clerk {
    private let connection: PostgresConnection

    init(_ province: Province) throws {
        connection = try PostgresConnection(
            province.database, statementTimeoutMilliseconds: 600_000, readOnly: false,
            applicationName: "bench")
    }

    /// Changes every dossier in one transaction.
    func changeAll(_ words: String) throws {
        try connection.execute("\(change(words)); NOTIFY lienthongd")
    }

    /// Changes one dossier in a transaction of its own.
    func change(_ dossier: Int64, _ words: String) throws {
        try connection.execute("\(change(words)) WHERE dossierid = \(dossier); NOTIFY lienthongd")
    }

    private func change(_ words: String) -> String {
        """
        UPDATE opencps_dossier SET dossiernote = '\(words)',
            modifieddate = now() AT TIME ZONE 'Asia/Ho_Chi_Minh'
        """
    }

    /// Gives every dossier so many documents more; each is about 300 bytes of a request.
    func addDocuments(_ count: Int) throws {
        try connection.execute(
            """
            INSERT INTO opencps_dossierfile
                (dossierfileid, dossierid, referenceuid, dossierparttype, dossierpartno,
                 filetemplateno, displayname, fileentryid, removed, modifieddate)
            SELECT 900000000 + row_number() OVER (), d.dossierid, 'tep-' || n, 1, 'TP' || n, 'TP' || n,
                'Bản sao giấy tờ kèm theo số ' || n, 900000 + n, false,
                now() AT TIME ZONE 'Asia/Ho_Chi_Minh'
            FROM opencps_dossier d, generate_series(1, \(count)) n
            """)
    }

    /// Every dossier's key and code.
    func codes() throws -> [(key: Int64, code: String)] {
        let query = try connection.prepare(
            """
            SELECT dossierid, CASE WHEN systemid = 5 THEN referenceuid ELSE dossierno END
            FROM opencps_dossier ORDER BY dossierid
            """)
        var found: [(Int64, String)] = []
        try connection.query(query) { row in
            if let key = row.integer(0), let code = row.text(1) { found.append((key, code)) }
        }
        return found
    }
}
