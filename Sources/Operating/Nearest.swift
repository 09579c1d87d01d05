/// Finds the known name nearest to a misspelt one (Levenshtein distance, at most a third of its length).
package enum Nearest {
    package static func of(_ name: String, among known: [String]) -> String? {
        let candidates = known.map { (distance(name, $0), $0) }.sorted { $0 < $1 }
        guard let (best, nearest) = candidates.first, best <= max(2, name.count / 3) else {
            return nil
        }
        return nearest
    }

    private static func distance(_ a: String, _ b: String) -> Int {
        let x = Array(a.lowercased().utf8)
        let y = Array(b.lowercased().utf8)
        var row = Array(0...y.count)
        for (i, left) in x.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, right) in y.enumerated() {
                let above = row[j + 1]
                row[j + 1] = min(above + 1, row[j] + 1, diagonal + (left == right ? 0 : 1))
                diagonal = above
            }
        }
        return row[y.count]
    }
}
