import Foundation

/// A page of the handbook with a place for the table, between two marked lines.
struct Page {
    static let begin = "<!-- planted: begin -->"
    static let end = "<!-- planted: end -->"

    let path: String

    /// Puts the text in the place of what stood there.
    func enter(_ text: String) throws {
        let page = try String(contentsOfFile: path, encoding: .utf8)
        guard let begin = page.range(of: Page.begin),
            let end = page.range(of: Page.end, range: begin.upperBound..<page.endIndex)
        else { throw Garden.Barren(reasons: ["\(path) has no place for the table"]) }
        let entered =
            page[..<begin.upperBound] + "\n\n\(text)\n" + page[end.lowerBound...]
        try String(entered).write(toFile: path, atomically: true, encoding: .utf8)
    }
}
