/// A statement that the server has parsed and keeps for one connection.
package final class PreparedQuery {
    /// The statement's text, for naming what is wrong in it.
    package let sql: String
    /// The names of its result columns, in order.
    package let columnNames: [String]
    /// Their types, as numbers of `pg_type`.
    package let columnTypes: [UInt32]
    let name: String
    /// The connection that prepared it; a statement dies with its connection.
    let owner: ObjectIdentifier

    init(
        sql: String, columnNames: [String], columnTypes: [UInt32], name: String,
        owner: ObjectIdentifier
    ) {
        self.sql = sql
        self.columnNames = columnNames
        self.columnTypes = columnTypes
        self.name = name
        self.owner = owner
    }
}

// A statement belongs to its connection's thread.
@available(*, unavailable)
extension PreparedQuery: Sendable {}
