import Testing

@testable import Spreadsheet

@Suite("A table that is being read") struct TableRowsTests {
    @Test("has its cells where they belong")
    func places() throws {
        var table = TableRows()
        try table.add("a")
        try table.add("c", at: 2)
        try table.add("b", at: 1)
        try table.endRow()
        try table.endRow()
        #expect(table.rows == [["a", "b", "c"], []])
    }

    @Test("is refused at the first cell beyond its bound, the empty ones between counted")
    func cells() throws {
        var table = TableRows(cellLimit: 5)
        try table.add("x", at: 3)
        try table.add("y", at: 4)
        #expect(throws: TableRows.TooLarge.self) { try table.add("z") }
        // Written again, it takes no room.
        try table.add("w", at: 0)
    }

    @Test("is refused at the first row beyond its bound")
    func rows() throws {
        var table = TableRows(rowLimit: 2)
        try table.endRow()
        try table.endRow()
        #expect(throws: TableRows.TooLarge.self) { try table.endRow() }
    }
}
