/// Text with one row a line and cells between commas, semicolons or tabs (RFC 4180, generously): quotes
/// protect separators and line ends, and are doubled inside.
package enum DelimitedText {
    static func rows(_ text: String) throws(TableRows.TooLarge) -> [[String]] {
        var scalars = text.unicodeScalars[...]
        if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
        let separator = separator(of: scalars)
        var table = TableRows()
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
                try table.add(String(cell))
                cell = String.UnicodeScalarView()
            case "\n" where !isQuoted:
                try table.add(String(cell))
                try table.endRow()
                cell = String.UnicodeScalarView()
            case "\r" where !isQuoted: break
            default: cell.append(scalar)
            }
        }
        if !cell.isEmpty || table.column > 0 {
            try table.add(String(cell))
            try table.endRow()
        }
        return table.rows
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
            // By scalars: a line end of two is one character, and so is a sign with a mark on it.
            let scalars = cell.unicodeScalars
            let isFormula = scalars.first.map { "=+-@\t\r".unicodeScalars.contains($0) } == true
            let safe = isFormula ? "'" + cell : cell
            let special = ",;\"\n\r\t".unicodeScalars
            guard safe.unicodeScalars.contains(where: { special.contains($0) }) else { return safe }
            var quoted = String.UnicodeScalarView("\"".unicodeScalars)
            for scalar in safe.unicodeScalars {
                if scalar == "\"" { quoted.append(scalar) }
                quoted.append(scalar)
            }
            return String(quoted) + "\""
        }.joined(separator: ",") + "\r\n"
    }
}
