/// A decoded JSON5 document before anyone has asked what its keys mean.
enum SettingsTree: Equatable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([SettingsTree])
    case object([String: SettingsTree])

    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "true/false"
        case .number: "number"
        case .string: "text"
        case .array: "list"
        case .object: "section"
        }
    }

    static func parse(_ bytes: [UInt8], file: String) throws(Trouble) -> SettingsTree {
        var parser = JSON5Parser(bytes)
        do {
            return try parser.document()
        } catch {
            throw .settingsSyntax(file: file, error)
        }
    }
}
