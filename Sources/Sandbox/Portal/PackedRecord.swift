internal import Wire

/// A record's values without their names, in the order of its schema: what a province's dossiers must
/// cost in memory when hundreds of thousands are held.
///
/// Each scalar is a varint of its length plus one, then its bytes; each list a varint of its count plus
/// one, then its records; 0 stands for an absent member.
enum PackedRecord {
    static func appendAbsent(to packed: inout [UInt8]) { packed.append(0) }

    static func append(_ content: ArraySlice<UInt8>, to packed: inout [UInt8]) {
        append(varint: content.count + 1, to: &packed)
        packed.append(contentsOf: content)
    }

    static func append(count: Int, to packed: inout [UInt8]) {
        append(varint: count + 1, to: &packed)
    }

    private static func append(varint value: Int, to packed: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            packed.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        packed.append(UInt8(rest))
    }

    private static func takeVarint(_ packed: [UInt8], _ at: inout Int) -> Int {
        var value = 0
        var shift = 0
        while at < packed.count {
            let byte = packed[at]
            at += 1
            value |= Int(byte & 0x7F) << shift
            if byte < 0x80 { break }
            shift += 7
        }
        return value
    }

    /// The packed bytes behind the first scalar.
    static func droppingFirst(_ packed: [UInt8]) -> ArraySlice<UInt8> {
        var at = 0
        let length = takeVarint(packed, &at)
        return packed[(at + max(length - 1, 0))...]
    }

    /// Writes the members of the record that begins at `at` into the object that is open.
    static func writeMembers(
        _ packed: [UInt8], _ at: inout Int, _ fields: some Sequence<FieldRule>,
        to json: inout JSONWriter
    ) {
        for field in fields {
            let length = takeVarint(packed, &at)
            guard length > 0 else { continue }
            json.key(field.name)
            switch field.shape {
            case .list(let schema):
                json.beginArray()
                for _ in 1..<length {
                    json.beginObject()
                    writeMembers(packed, &at, schema.fields, to: &json)
                    json.endObject()
                }
                json.endArray()
            case .whole:
                json.raw(Array(packed[at..<at + length - 1]))
                at += length - 1
            default:
                json.string(String(decoding: packed[at..<at + length - 1], as: UTF8.self))
                at += length - 1
            }
        }
    }
}
