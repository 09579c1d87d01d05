internal import Glibc
package import Operating
internal import Wire

/// A table that an office keeps in a file: `.xlsx`, or text with commas, semicolons or tabs (as Vietnamese
/// Excel writes it), in UTF-8 with or without a mark.
package enum SpreadsheetFile {
    private static let textLimit = 64 << 20

    /// - Throws: LT-6110 to LT-6112.
    package static func rows(path: String) throws(Trouble) -> [[String]] {
        var facts = stat()
        guard stat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            throw .spreadsheetUnreadable(path)
        }
        guard facts.st_size <= textLimit else { throw .spreadsheetTooLarge(path) }
        guard let bytes = readFile(path) else { throw .spreadsheetUnreadable(path) }
        guard !bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) else {
            return try Workbook(path: path).rows()
        }
        guard let text = String(validating: bytes, as: UTF8.self), !text.utf8.contains(0) else {
            throw .spreadsheetUnreadable(path)
        }
        do throws(TableRows.TooLarge) {
            return try DelimitedText.rows(text)
        } catch {
            throw .spreadsheetTooLarge(path)
        }
    }

    /// The distinct texts of one column in their order: the one whose heading is known, else the first.
    ///
    /// - Parameter headings: folded: lower case, letters and digits only.
    package static func column(_ headings: Set<String>, of rows: [[String]]) -> [String] {
        // Lists have titles above their headings; a heading is looked for in the first rows.
        let head = rows.prefix(20).enumerated().lazy.compactMap { index, row in
            row.firstIndex { headings.contains(fold($0)) }.map { (index, $0) }
        }.first
        let (start, column) = head.map { ($0.0 + 1, $0.1) } ?? (0, 0)
        var seen: Set<String> = []
        return rows.dropFirst(start).compactMap { row -> String? in
            guard row.indices.contains(column) else { return nil }
            let text = row[column].trimmed
            return text.isEmpty || !seen.insert(text).inserted ? nil : text
        }
    }

    /// `Mã hồ sơ` is `mãhồsơ`.
    private static func fold(_ text: String) -> String {
        String(text.lowercased().filter { $0.isLetter || $0.isNumber })
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
