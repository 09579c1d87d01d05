internal import Operating
internal import Wire

/// Where every switch stands.
package struct Switches: Sendable {
    private var values: [SwitchValue] = Switch.allCases.map { $0.standard }

    package init() {}

    private static let places: [Switch: Int] = Dictionary(
        uniqueKeysWithValues: Switch.allCases.enumerated().map { ($1, $0) })

    package subscript(_ name: Switch) -> SwitchValue {
        get { Switches.places[name].map { values[$0] } ?? name.standard }
        set { if let place = Switches.places[name] { values[place] = newValue } }
    }

    func rate(_ name: Switch) -> Double { if case .rate(let rate) = self[name] { rate } else { 0 } }
    func count(_ name: Switch) -> Int { if case .count(let n) = self[name] { n } else { 0 } }
    func choice(_ name: Switch) -> String {
        if case .choice(let word) = self[name] { word } else { "" }
    }

    /// Sets a switch from its text form; the reason when it cannot be.
    package mutating func set(_ name: String, _ text: String) -> String? {
        guard let known = Switch.named(name) else {
            let nearest = Nearest.of(name, among: Switch.allCases.map { $0.rawValue })
            return "no switch “\(name)”" + (nearest.map { "; did you mean “\($0)”?" } ?? "")
        }
        switch known.kind {
        case .rate:
            guard let rate = Double(text), (0...1).contains(rate) else {
                return "\(known.rawValue) is a rate, 0…1"
            }
            self[known] = .rate(rate)
        case .count(let range):
            guard let count = Int(text), range.contains(count) else {
                return
                    "\(known.rawValue) is a whole number, \(range.lowerBound)…\(range.upperBound)"
            }
            self[known] = .count(count)
        case .choice(let words):
            guard words.contains(text) else {
                return "\(known.rawValue) is one of: \(words.joined(separator: ", "))"
            }
            self[known] = .choice(text)
        }
        return nil
    }

    /// Applies a JSON object of switches, all or none; the reason when none.
    mutating func apply(_ json: [UInt8]) -> String? {
        guard let parsed = try? JSONValue(parsing: json), case .object(let members) = parsed else {
            return "the body must be one JSON object of switches"
        }
        var changed = self
        for (name, value) in members {
            guard let text = value.text else { return "\(name) must be text or a number" }
            if let reason = changed.set(name, text) { return reason }
        }
        self = changed
        return nil
    }

    func write(to json: inout JSONWriter) {
        json.beginObject()
        for name in Switch.allCases {
            switch self[name] {
            case .rate(let rate):
                json.key(name.rawValue)
                json.number(rate)
            case .count(let count): json.member(name.rawValue, Int64(count))
            case .choice(let word): json.member(name.rawValue, word)
            }
        }
        json.endObject()
    }
}
