/// The two spellings of an organisation's identifier, compared as one (contracts.md §12.2).
///
/// QCVN 102:2016 fills levels from the right: `000.00.01.H22`; Decision 20/2020 writes level 1 first:
/// `H22.01`. What is sent stays as the source or the table spells it; only comparison uses this.
package enum UnitCode {
    /// The Decision 20/2020 spelling in capitals: `H22.01` for `000.00.01.H22`; any other text as it is.
    package static func canonical(_ code: String) -> String {
        let capitals = code.uppercased()
        let parts = capitals.utf8.split(
            separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0].count == 3, parts[1].count == 2, parts[2].count == 2,
            parts[..<3].allSatisfy({ $0.allSatisfy { $0 &- UInt8(ascii: "0") < 10 } }),
            let letter = parts[3].first, letter &- UInt8(ascii: "A") < 26
        else { return capitals }
        var levels = parts.reversed().map { String(Substring($0)) }
        while let last = levels.last, levels.count > 1,
            last.utf8.allSatisfy({ $0 == UInt8(ascii: "0") })
        {
            levels.removeLast()
        }
        return levels.joined(separator: ".")
    }
}
