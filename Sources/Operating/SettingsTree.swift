internal import Foundation

/// A decoded JSON5 document before anyone has asked what its keys mean.
enum SettingsTree: Decodable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([SettingsTree])
    case object([String: SettingsTree])

    init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: AnyKey.self) {
            var members: [String: SettingsTree] = [:]
            for key in container.allKeys {
                members[key.stringValue] = try container.decode(SettingsTree.self, forKey: key)
            }
            self = .object(members)
        } else if var container = try? decoder.unkeyedContainer() {
            var items: [SettingsTree] = []
            while !container.isAtEnd { items.append(try container.decode(SettingsTree.self)) }
            self = .array(items)
        } else {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .null
            } else if let flag = try? container.decode(Bool.self) {
                self = .bool(flag)
            } else if let number = try? container.decode(Double.self) {
                self = .number(number)
            } else {
                self = .string(try container.decode(String.self))
            }
        }
    }

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

    private struct AnyKey: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    static func parse(_ bytes: [UInt8], file: String) throws(Trouble) -> SettingsTree {
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true
        do {
            return try decoder.decode(SettingsTree.self, from: Data(bytes))
        } catch DecodingError.dataCorrupted(let context) {
            // Foundation's words carry the line and the column.
            let underlying = (context.underlyingError as NSError?)?.userInfo["NSDebugDescription"]
            throw .settingsSyntax(
                file: file, detail: underlying as? String ?? context.debugDescription)
        } catch {
            throw .settingsSyntax(file: file, detail: "not a JSON5 document")
        }
    }
}
