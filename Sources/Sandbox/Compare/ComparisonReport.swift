internal import Wire

/// What came of a comparison: counts, reasons, names of fields, codes of dossiers; never a value.
package struct ComparisonReport: Sendable, Equatable {
    package enum Finding: String, Sendable, CaseIterable {
        case differing, missing, unexpected, heldButPresent
    }
    package struct Item: Sendable, Equatable {
        package var finding: Finding
        package var code: String
        package var fields: [String]
    }

    /// Rows of the one-stop database.
    package var dossiers = 0
    /// Records of the portal.
    package var portalDossiers = 0
    package var equal = 0
    /// Progress rows of the dossiers that are equal.
    package var steps = 0
    package var held = 0
    /// Records of the portal whose dossier the office deleted: a deletion is not sent.
    package var deleted = 0
    /// Progress rows that the portal saw more than once, whether it kept them or not.
    package var repeatedSteps = 0
    package var counts: [Finding: Int] = [:]
    package var holds: [String: Int] = [:]
    /// How many dossiers differ in each field.
    package var fields: [String: Int] = [:]
    package var items: [Item] = []
    let limit: Int

    init(limit: Int) { self.limit = limit }

    /// True when both ends agree and what should wait waits.
    package var isClean: Bool { counts.values.allSatisfy { $0 == 0 } }

    mutating func hold(_ reason: OracleHold) { holds[reason.rawValue, default: 0] += 1 }

    mutating func note(_ finding: Finding, _ code: String, fields: [String] = []) {
        counts[finding, default: 0] += 1
        for field in fields { self.fields[field, default: 0] += 1 }
        if items.count < limit {
            items.append(Item(finding: finding, code: code, fields: fields))
        }
    }

    package var text: String {
        func count(_ finding: Finding) -> Int { counts[finding] ?? 0 }
        var lines = [
            "một cửa / one-stop      \(dossiers)",
            "cổng / portal           \(portalDossiers)",
            "bằng nhau / equal       \(equal)  (\(steps) bước / steps)",
            "khác nhau / differing   \(count(.differing))",
            "thiếu / missing         \(count(.missing))",
            "lạ / unexpected         \(count(.unexpected))",
            "phải giữ / held         \(held)",
            "đã xoá ở một cửa / deleted in the one-stop \(deleted)",
            "giữ mà vẫn gửi / held but present  \(count(.heldButPresent))",
            "bước gửi lặp / repeated steps seen \(repeatedSteps)",
        ]
        for (reason, count) in holds.sorted(by: { $0.key < $1.key }) {
            let words = OracleHold(rawValue: reason)?.vietnamese ?? ""
            lines.append("  giữ / held: \(reason) \(count)  (\(words))")
        }
        for (field, count) in fields.sorted(by: { $0.key < $1.key }) {
            lines.append("  khác / differs: \(field) \(count)")
        }
        for item in items {
            lines.append(
                "  \(item.finding.rawValue) \(item.code) \(item.fields.joined(separator: " "))")
        }
        lines.append(isClean ? "HAI ĐẦU KHỚP NHAU / BOTH ENDS AGREE" : "CHƯA KHỚP / NOT EQUAL")
        return lines.joined(separator: "\n")
    }

    package var json: String {
        var json = JSONWriter()
        json.beginObject()
        json.member("clean", isClean)
        json.member("dossiers", Int64(dossiers))
        json.member("portal_dossiers", Int64(portalDossiers))
        json.member("equal", Int64(equal))
        json.member("steps", Int64(steps))
        for finding in Finding.allCases {
            json.member(finding.rawValue, Int64(counts[finding] ?? 0))
        }
        json.member("held", Int64(held))
        json.member("deleted", Int64(deleted))
        json.member("repeated_steps", Int64(repeatedSteps))
        for (name, counts) in [("holds", holds), ("fields", fields)] {
            json.key(name)
            json.beginObject()
            for (key, count) in counts.sorted(by: { $0.key < $1.key }) {
                json.member(key, Int64(count))
            }
            json.endObject()
        }
        json.key("items")
        json.beginArray()
        for item in items {
            json.beginObject()
            json.member("finding", item.finding.rawValue)
            json.member("code", item.code)
            json.key("fields")
            json.beginArray()
            for field in item.fields { json.string(field) }
            json.endArray()
            json.endObject()
        }
        json.endArray()
        json.endObject()
        return String(decoding: json.finish(), as: UTF8.self)
    }
}
