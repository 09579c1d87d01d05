internal import Operating

/// One province and its communes in force since 2025-07-01, from `administrative-units.csv`.
struct Province: Sendable {
    struct Commune: Sendable {
        /// Five digits.
        var code: String
        var name: String
    }
    /// Two digits, such as 52.
    var code: String
    var name: String
    var communes: [Commune]

    /// The province's part of unit codes. The four that contracts.md §2.12 names are real; any other is
    /// made up from the province's number, because the sample is made up too.
    var prefix: String {
        switch code {
        case "52": "H21"
        case "08": "H22"
        case "79": "H29"
        case "38": "H56"
        default: "H\(code)"
        }
    }

    /// Reads `province_code,province_name,ward_code,ward_name` under the folder of code tables.
    static func load(_ code: String, codes directory: String) throws(Trouble) -> Province {
        let path = "\(directory)/administrative-units.csv"
        guard let text = readText(path) else {
            throw .sandboxFileUnreadable(path, option: "--codes")
        }
        var province = Province(code: code, name: "", communes: [])
        for line in text.split(whereSeparator: \.isNewline).dropFirst() {
            let cells = line.split(separator: ",", maxSplits: 3, omittingEmptySubsequences: false)
            guard cells.count == 4, cells[0] == code else { continue }
            province.name = String(cells[1])
            province.communes.append(Commune(code: String(cells[2]), name: String(cells[3])))
        }
        guard !province.communes.isEmpty else { throw .sandboxProvinceUnknown(code, file: path) }
        return province
    }
}
