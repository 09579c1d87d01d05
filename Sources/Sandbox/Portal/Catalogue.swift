internal import Glibc
package import Operating
internal import Wire

/// What the national portal knows of procedures and units: the sandbox's own copy, read from the file
/// that `lienthong-sandbox onestop` writes.
package struct Catalogue: Sendable {
    package struct Procedure: Sendable {
        package var code: String
        package var name: String
        package var fieldCode: String
        package var fieldName: String

        package init(code: String, name: String, fieldCode: String, fieldName: String) {
            self.code = code
            self.name = name
            self.fieldCode = fieldCode
            self.fieldName = fieldName
        }
    }

    package struct Unit: Sendable {
        package var code: String
        package var name: String
        /// `yyyyMMdd` from which the unit is no more; nil while it lives.
        package var deadSince: String?

        package init(code: String, name: String, deadSince: String? = nil) {
            self.code = code
            self.name = name
            self.deadSince = deadSince
        }
    }

    enum Standing { case alive, dead, unknown }

    /// The unit code that messages must carry as `madonvi`.
    package let senderUnit: String
    package let procedures: [String: Procedure]
    package let units: [Unit]
    /// Names of fields by their codes.
    let fields: [String: String]
    /// For each unit name, the days from which its bearers are dead; nil is for ever alive.
    private let lives: [String: [String?]]

    package init(senderUnit: String, procedures: [Procedure], units: [Unit]) {
        self.senderUnit = senderUnit
        self.procedures = Dictionary(procedures.map { ($0.code, $0) }) { first, _ in first }
        self.units = units
        fields = Dictionary(procedures.map { ($0.fieldCode, $0.fieldName) }) { first, _ in first }
        lives = Dictionary(grouping: units) { $0.name }.mapValues { $0.map { $0.deadSince } }
    }

    /// Whether a unit of that name was alive on a day, `yyyyMMdd`.
    func standing(ofUnit name: String, on day: String) -> Standing {
        guard let ends = lives[name] else { return .unknown }
        return ends.contains { end in end.map { day < $0 } ?? true } ? .alive : .dead
    }

    package static func load(path: String) throws(Trouble) -> Catalogue {
        guard let bytes = readFile(path) else {
            throw .sandboxFile(path, reason: String(cString: strerror(errno)))
        }
        guard let json = try? JSONValue(parsing: bytes), let sender = json["madonvi"]?.text,
            let procedures = json["procedures"]?.items, let units = json["units"]?.items
        else { throw .sandboxFileShape(path, expected: "madonvi, procedures[], units[]") }
        func text(_ item: JSONValue, _ name: String) throws(Trouble) -> String {
            guard let text = item[name]?.text else {
                throw .sandboxFileShape(path, expected: name)
            }
            return text
        }
        var known: [Procedure] = []
        for item in procedures {
            known.append(
                Procedure(
                    code: try text(item, "code"), name: try text(item, "name"),
                    fieldCode: try text(item, "field_code"),
                    fieldName: try text(item, "field_name")))
        }
        var places: [Unit] = []
        for item in units {
            places.append(
                Unit(
                    code: try text(item, "code"), name: try text(item, "name"),
                    deadSince: item["dead_since"]?.text))
        }
        return Catalogue(senderUnit: sender, procedures: known, units: places)
    }
}
