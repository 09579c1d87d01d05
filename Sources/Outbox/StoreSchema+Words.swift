internal import Dossiers

extension StoreSchema {
    /// What a destination said of a delivery that is still owed, sealed: the newest words only.
    ///
    /// They go with their delivery, whichever way it goes: acknowledged, superseded, discarded, taken back.
    static let words = """
        CREATE TABLE words (
            delivery INTEGER PRIMARY KEY CHECK (delivery > 0),
            at INTEGER NOT NULL,
            -- 12 bytes of nonce, 1 to 500 of text, 16 of tag.
            sealed BLOB NOT NULL CHECK (length(sealed) BETWEEN 29 AND 528)
        ) STRICT;
        \(Operation.allCases.map(going).joined(separator: "\n"))
        """

    private static func going(_ operation: Operation) -> String {
        """
        CREATE TRIGGER words_of_\(operation.table)_go AFTER DELETE ON \(operation.table)
        BEGIN
            DELETE FROM words WHERE delivery =
                (OLD.place >> 26 << 28) + (\(operation.rawValue) << 26) + (OLD.place & 67108863);
        END;
        """
    }
}
