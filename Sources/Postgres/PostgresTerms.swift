/// What every transaction of a connection asks of the server, for itself alone.
///
/// With `set_config(…, true)`, the function behind `SET LOCAL`: all that was set is gone with the transaction, and
/// the server's session is as it was.
struct PostgresTerms: Hashable, Sendable {
    var statementTimeoutMilliseconds: Int
    var lockTimeoutMilliseconds: Int
    var isReadOnly: Bool
    /// Whether a statement fails of whose rows a policy would hide some, instead of going without them.
    var refusesHiddenRows = false
    /// What the server says of its way to write dates when a session begins.
    var dateStyle = "ISO, YMD"
    var hasStandardStrings = true

    /// How long a transaction may stay open without a statement: whoever dies in the middle holds nothing back.
    static let idleMilliseconds = 10_000

    /// The statements with which a transaction begins.
    func opening(_ mode: String, _ settings: [String: String] = [:]) -> [String] {
        let all = own.merging(settings) { $1 }.sorted { $0.key < $1.key }
        let calls = all.map { "set_config('\($0.key)', '\($0.value)', true)" }
        return [
            "BEGIN \(mode) \(isReadOnly ? "READ ONLY" : "")",
            "SELECT \(calls.joined(separator: ", "))",
        ]
    }

    private var own: [String: String] {
        var all = [
            "statement_timeout": String(statementTimeoutMilliseconds),
            "lock_timeout": String(lockTimeoutMilliseconds),
            "idle_in_transaction_session_timeout": String(PostgresTerms.idleMilliseconds),
        ]
        if refusesHiddenRows { all["row_security"] = "off" }
        // Only where it is another one: setting them is reported back to every client.
        if !dateStyle.hasPrefix("ISO") { all["datestyle"] = "ISO, YMD" }
        if !hasStandardStrings { all["standard_conforming_strings"] = "on" }
        return all
    }
}
