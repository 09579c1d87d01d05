import Testing

@testable import Capture

@Suite("A statement with named parameters")
struct NamedSQLTests {
    @Test("numbers its names in order, each once")
    func numbering() {
        let sql = NamedSQL("SELECT a WHERE b > :after AND c = :limit AND d < :after")
        #expect(sql.positional == "SELECT a WHERE b > $1 AND c = $2 AND d < $1")
        #expect(sql.parameters == ["after", "limit"])
    }

    @Test("leaves casts, literals, quoted names and comments alone")
    func otherColons() {
        let text = """
            SELECT :a::text, ':b', "odd :c", 'it''s :d' -- :e
            /* :f */ FROM t WHERE x[1:2] = :g
            """
        let sql = NamedSQL(text)
        #expect(sql.parameters == ["a", "g"])
        #expect(sql.positional.contains("$1::text, ':b', \"odd :c\", 'it''s :d' -- :e"))
        #expect(sql.positional.contains("/* :f */"))
    }

    @Test("survives text that ends in the middle of something", arguments: ["'", "--", "/*", ":"])
    func unfinished(_ end: String) {
        #expect(NamedSQL("SELECT 1 \(end)").positional == "SELECT 1 \(end)")
    }

    @Test("keeps Vietnamese text whole")
    func vietnamese() {
        #expect(NamedSQL("SELECT 'Hồ sơ', :a").positional == "SELECT 'Hồ sơ', $1")
    }
}
