internal import Operating
internal import Wire

/// Which rows belong to which dossier, as a profile tells it: what a change feed is generated from.
///
/// A feed is a table in the office's own database and triggers that write a dossier's key into it with every
/// change of one of its rows, in the office's own transaction: so nothing is missed, not even what moves no
/// timestamp, and nothing is told that was rolled back.
package struct ChangeFeed: Hashable, Sendable {
    /// A table whose column holds the dossier's key.
    struct Table: Hashable {
        var name: String
        var column: String
        /// True for the header, whose deletion is the dossier's.
        var isHeader = false
    }
    /// A table whose rows concern every dossier whose header has the same value in a column.
    struct Related: Hashable {
        var name: String
        var column: String
        var headerColumn: String
    }

    let tables: [Table]
    let related: [Related]
    /// The channel that wakes the daemon (PostgreSQL); nil for none. No part of ``definition``: a feed
    /// that does not wake is as good, and some ways to commit (PREPARE TRANSACTION) take no NOTIFY.
    package var channel: String?

    var header: Table { tables[0] }

    /// Grows with every change of what is generated from the same profile.
    private static let version = 3

    /// A digest over everything that the triggers are generated from.
    var definition: String {
        let hash = SHA256()
        hash.updatePart("\(ChangeFeed.version)")
        for table in tables { hash.updatePart("\(table.name).\(table.column) \(table.isHeader)") }
        for table in related {
            hash.updatePart("\(table.name).\(table.column)=\(table.headerColumn)")
        }
        return String(hash.finish().hex.prefix(16))
    }

    /// Reads the section `feed` of a profile.
    init(_ section: Settings, channel: String?) throws(Trouble) {
        self.channel = channel
        let header = try section.section("header")
        var tables = [
            Table(
                name: try header.string("table"), column: try header.string("key"), isHeader: true)
        ]
        let children = try section.table("children")
        for name in children.keys.sorted() {
            tables.append(Table(name: name, column: children[name] ?? ""))
        }
        var related: [Related] = []
        if let others = try section.optionalSection("related") {
            for name in others.keys {
                let other = try others.section(name)
                related.append(
                    Related(
                        name: name, column: try other.string("column"),
                        headerColumn: try other.string("header")))
            }
        }
        self.tables = tables
        self.related = related
        let names =
            tables.flatMap { [$0.name, $0.column] }
            + related.flatMap { [$0.name, $0.column, $0.headerColumn] }
        for name in names where !ChangeFeed.isName(name) {
            throw section.wrong("feed", "names of tables and columns", "\"\(name)\"")
        }
    }

    /// Letters, digits, underscores, and one dot between a schema and its table.
    private static func isName(_ name: String) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return (1...2).contains(parts.count)
            && parts.allSatisfy { part in
                !part.isEmpty && part.utf8.count <= 40
                    && part.utf8.allSatisfy {
                        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20)
                            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                            || $0 == UInt8(ascii: "_")
                    }
            }
    }

    /// What a trigger on the table is called after.
    static func word(_ table: String) -> String { table.replacing(".", with: "_") }

    /// A name as both databases take it, whatever words they reserve. Case is kept on SQLite, which does not
    /// mind it, and must be the stored one on PostgreSQL.
    static func quoted(_ name: String) -> String {
        name.split(separator: ".").map { "\"\($0)\"" }.joined(separator: ".")
    }
}
