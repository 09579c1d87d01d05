/// Text with one row a line and cells between commas, semicolons or tabs (RFC 4180, generously): quotes
/// protect separators and line ends, and are doubled inside.
package enum DelimitedText {
    static func rows(_ text: String) -> [[String]] {
        var scalars = text.unicodeScalars[...]
        if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
        let separator = separator(of: scalars)
        var rows: [[String]] = []
        var row: [String] = []
        var cell = String.UnicodeScalarView()
        var isQuoted = false
        var rest = scalars.makeIterator()
        var next = rest.next()
        while let scalar = next {
            next = rest.next()
            switch scalar {
            case "\"" where isQuoted && next == "\"":
                cell.append(scalar)
                next = rest.next()
            case "\"" where isQuoted: isQuoted = false
            case "\"" where cell.isEmpty: isQuoted = true
            case separator where !isQuoted:
                row.append(String(cell))
                cell = String.UnicodeScalarView()
            case "\n" where !isQuoted:
                row.append(String(cell))
                rows.append(row)
                row = []
                cell = String.UnicodeScalarView()
            case "\r" where !isQuoted: break
            default: cell.append(scalar)
            }
        }
        if !cell.isEmpty || !row.isEmpty { rows.append(row + [String(cell)]) }
        return rows
    }

    /// Whichever stands most often in the first lines.
    private static func separator(of text: Substring.UnicodeScalarView) -> Unicode.Scalar {
        let head = text.prefix(4096)
        let candidates: [Unicode.Scalar] = [",", ";", "\t"]
        return candidates.max { a, b in
            head.count { $0 == a } < head.count { $0 == b }
        } ?? ","
    }

    /// One line as every spreadsheet reads it; a cell that would be taken for a formula is quoted by a `'`.
    package static func line(_ cells: [String]) -> String {
        cells.map { cell in
            let safe = cell.first.map { "=+-@\t\r".contains($0) } == true ? "'" + cell : cell
            guard safe.contains(where: { ",;\"\n\r\t".contains($0) }) else { return safe }
            return "\"" + safe.replacing("\"", with: "\"\"") + "\""
        }.joined(separator: ",") + "\r\n"
    }
}
