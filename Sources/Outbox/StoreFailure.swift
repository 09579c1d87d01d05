package import Operating
package import SQLite

/// Why the state store could not do something, and what an operator does about it.
///
/// Nothing was written: the transaction was rolled back whole. After ``isPassing`` failures the same call
/// may simply be made again later.
package struct StoreFailure: Error, Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        case full, readOnly, inputOutput, corrupt, busy, unopenable, refused, displaced
    }
    package var kind: Kind
    package var trouble: Trouble
    package var cause: SQLiteError

    /// True when time or an operator at the disk can cure it while the daemon stays up.
    package var isPassing: Bool {
        switch kind {
        case .full, .readOnly, .inputOutput, .busy, .unopenable, .displaced: true
        case .corrupt, .refused: false
        }
    }

    init(_ error: SQLiteError, path: String) {
        cause = error
        if error.isFull {
            (kind, trouble) = (.full, .storeFull(path))
        } else if error.isReadOnly {
            (kind, trouble) = (.readOnly, .storeReadOnly(path))
        } else if error.isCorrupt {
            (kind, trouble) = (.corrupt, .storeCorrupt(path, detail: error.message))
        } else if error.isBusy {
            (kind, trouble) = (.busy, .storeBusy(path))
        } else if error.isIO {
            (kind, trouble) = (
                .inputOutput, .storeInputOutput(path, detail: "SQLite \(error.code)")
            )
        } else if error.isCannotOpen {
            (kind, trouble) = (.unopenable, .storeUnopenable(path, detail: error.message))
        } else {
            (kind, trouble) = (.refused, .storeRefused(path, detail: error.message))
        }
    }

    /// The files that are open are not the ones that lie in the directory.
    static func displaced(_ path: String) -> StoreFailure {
        StoreFailure(
            kind: .displaced, trouble: .storeDisplaced(path), cause: .damaged("displaced"))
    }

    private init(kind: Kind, trouble: Trouble, cause: SQLiteError) {
        self.kind = kind
        self.trouble = trouble
        self.cause = cause
    }

    /// Runs the body and turns SQLite's errors into failures; other errors pass as they are.
    static func translating<R>(_ path: String, _ body: () throws -> R) throws -> R {
        do {
            return try body()
        } catch let error as SQLiteError {
            throw StoreFailure(error, path: path)
        }
    }
}
