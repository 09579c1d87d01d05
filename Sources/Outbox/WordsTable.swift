internal import SQLite
package import Wire

/// What a destination said, as far as whoever asks may read it.
package enum Saying: Hashable, Sendable {
    case open(Words)
    /// Kept, and not readable: there is no key at hand, or it is not the one.
    case sealed
}

/// The statements over `words`.
final class WordsTable {
    private let putting: Statement
    private let reading: Statement
    /// nil for whoever has no key.
    private let seal: Seal?

    init(_ db: Database, key: StateKey?) throws(SQLiteError) {
        seal = key.map { Seal(key: $0.words) }
        putting = try db.prepare(
            """
            INSERT INTO words (delivery, at, sealed) VALUES (?1, ?2, ?3)
            ON CONFLICT (delivery) DO UPDATE SET at = ?2, sealed = ?3
            """)
        reading = try db.prepare("SELECT sealed FROM words WHERE delivery = ?1")
    }

    /// Keeps the words in the place of those before.
    func put(_ words: Words, of delivery: Int64, at now: Timestamp) throws(SQLiteError) {
        guard let seal else { return }
        putting.bind(1, delivery)
        putting.bind(2, now.milliseconds)
        putting.bind(3, seal.seal(words.bytes))
        try putting.run()
    }

    func find(_ delivery: Int64) throws(SQLiteError) -> Saying? {
        reading.bind(1, delivery)
        defer { reading.reset() }
        guard try reading.step(), let sealed = reading.blob(0) else { return nil }
        guard let words = seal?.open(sealed).flatMap({ Words(bytes: $0) }) else { return .sealed }
        return .open(words)
    }
}
