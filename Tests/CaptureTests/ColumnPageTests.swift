import Dossiers
import Foundation
import TestSupport
import Testing

@Suite("The handbook's page of columns") struct ColumnPageTests {
    private func names<Column: SourceColumn>(_ file: String, _: Column.Type) throws -> [String] {
        let page = try String(
            contentsOfFile: "\(Program.checkout)/Sources/Capture/Capture.docc/Columns.md",
            encoding: .utf8)
        let section = try #require(page.components(separatedBy: "## \(file).sql\n").last)
        let rows = section.components(separatedBy: "\n## ")[0]
        return rows.matches(of: /\| `([a-z_]+)` \| (yes)?/).map {
            String($0.1) + ($0.2 == nil ? "" : "!")
        }
    }

    private func expect<Column: SourceColumn>(_ file: String, _ type: Column.Type) throws {
        let known = Column.allCases.map {
            $0.sqlName + (Column.required.contains($0) ? "!" : "")
        }
        #expect(try names(file, type) == known)
    }

    @Test("names every column that a profile may yield, and which it must")
    func complete() throws {
        try expect("headers", HeaderColumn.self)
        try expect("progress", StepColumn.self)
        try expect("documents", DocumentColumn.self)
        try expect("fees", FeeColumn.self)
        try expect("papers", PaperColumn.self)
        try expect("supplements", SupplementColumn.self)
        try expect("results", ResultColumn.self)
    }
}
