/// Names what two records differ in, and never a value.
package enum RecordDifference {
    package static func fields(expected: PortalRecord, found: HeldRecord) -> [String] {
        var fields: [String] = []
        for (place, name) in PortalNames.scalars.enumerated()
        where expected.scalars[place] != found.record.scalars[place] {
            fields.append(name)
        }
        for (place, list) in PortalNames.lists.enumerated() {
            fields += items(
                list.name, list.members, expected.lists[place], found.record.lists[place])
        }
        fields += progress(expected.progress, found.record.progress)
        return fields + found.strangers.map { "+\($0)" }
    }

    /// The contract gives lists no order, so they are compared as sets that know how often.
    private static func items(
        _ name: String, _ members: [String], _ expected: [[String]], _ found: [[String]]
    ) -> [String] {
        if expected == found { return [] }
        guard expected.count == found.count else {
            return [expected.count < found.count ? "\(name)(+)" : "\(name)(-)"]
        }
        let left = expected.sorted { $0.lexicographicallyPrecedes($1) }
        let right = found.sorted { $0.lexicographicallyPrecedes($1) }
        var differing: [String] = []
        for (place, member) in members.enumerated()
        where zip(left, right).contains(where: { $0[place] != $1[place] }) {
            differing.append("\(name).\(member)")
        }
        return differing
    }

    /// Progress is a sequence: what is there twice, what is missing, what stands in another place.
    private static func progress(_ expected: [[String]], _ found: [[String]]) -> [String] {
        if expected == found { return [] }
        var surplus = counts(found)
        var missing = 0
        for step in expected {
            if let count = surplus[step], count > 0 {
                surplus[step] = count - 1
            } else {
                missing += 1
            }
        }
        let known = Set(expected)
        let doubled = surplus.contains { $0.value > 0 && known.contains($0.key) }
        let strange = surplus.reduce(0) { $0 + (known.contains($1.key) ? 0 : $1.value) }
        var fields: [String] = []
        if doubled { fields.append("progress(×2)") }
        if missing == 0, strange == 0, !doubled { return ["progress(order)"] }
        if missing > 0, missing == strange, expected.count == found.count {
            for (place, name) in PortalNames.step.enumerated()
            where zip(expected, found).contains(where: { $0[place] != $1[place] }) {
                fields.append("progress.\(name)")
            }
            return fields
        }
        if missing > 0 { fields.append("progress(-)") }
        if strange > 0 { fields.append("progress(+)") }
        return fields
    }

    private static func counts(_ steps: [[String]]) -> [[String]: Int] {
        var counts: [[String]: Int] = [:]
        for step in steps { counts[step, default: 0] += 1 }
        return counts
    }
}
