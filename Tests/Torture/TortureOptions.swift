import TestSupport

/// What `torture` is asked for.
struct TortureOptions {
    static let usage = """
        torture soak [--minutes 120] [--database postgres|sqlite] [--speed 0.5] [--seed N] [--dossiers 40000]
                     [--most 40] [--round 10] [--deadly 0.4] [--calibrate 30] [--keep DIR] [--config DIR]
        torture crashes [--cycles 5000] [--minutes 100] [--round 50] [--dossiers 60] [--seed N] [--keep DIR]
                     [--config DIR]

        lienthongd and lienthong-sandbox are taken from the folder of this program or one above it.
        """

    let command: String
    private var values: [String: String] = [:]

    init(_ words: [String]) throws {
        let known = [
            "minutes", "database", "speed", "seed", "dossiers", "most", "round", "deadly",
            "calibrate", "keep", "config", "cycles",
        ]
        command = words.first ?? ""
        var rest = words.dropFirst()
        while let word = rest.popFirst() {
            let name = String(word.dropFirst(2))
            guard word.hasPrefix("--"), known.contains(name), let value = rest.popFirst() else {
                throw Unmet(description: "\(word)?\n\(TortureOptions.usage)")
            }
            values[name] = value
        }
    }

    func text(_ name: String) -> String? { values[name] }

    func number(_ name: String, _ standard: Double) throws -> Double {
        guard let text = values[name] else { return standard }
        guard let number = Double(text), number >= 0 else {
            throw Unmet(description: "--\(name) \(text)?")
        }
        return number
    }

    func count(_ name: String, _ standard: Int) throws -> Int {
        Int(try number(name, Double(standard)))
    }

    /// Where the report goes.
    var folder: String { values["keep"] ?? "torture-report" }
    var config: String { values["config"] ?? Program.config }
}
