package import Operating
package import SQLite

/// Why the state store could not do something, and what an operator does about it.
///
/// Nothing was written: the transaction was rolled back whole. After ``isPassing`` failures the same call
/// may simply be made again later.
package struct StoreFailure: Error, Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        case full, readOnly, inputOutput, corrupt, busy, gone, refused
    }
    package var kind: Kind
    package var trouble: Trouble
    package var cause: SQLiteError

    /// True when time or an operator at the disk can cure it while the daemon stays up.
    package var isPassing: Bool {
        switch kind {
        case .full, .readOnly, .inputOutput, .busy, .gone: true
        case .corrupt, .refused: false
        }
    }
}
