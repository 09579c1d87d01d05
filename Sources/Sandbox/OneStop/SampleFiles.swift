internal import Wire

/// The files that go with a sample: what the sandbox's national systems know, and the province's list of
/// units for the daemon's code tables.
enum SampleFiles {
    /// The portal's catalogue: procedures (with the codes that unmapped ones will get) and units.
    static func catalogue(_ units: InventedUnits) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("unit_prefix", units.prefix)
        json.member("madonvi", units.senderCode)
        json.key("procedures")
        json.beginArray()
        for procedure in InventedProcedures.mapped {
            write(procedure, procedure.nationalCode ?? "", &json)
        }
        for (index, procedure) in InventedProcedures.unmapped.enumerated() {
            write(procedure, InventedProcedures.laterCode(index), &json)
        }
        json.endArray()
        json.key("units")
        json.beginArray()
        for unit in units.all {
            json.beginObject()
            json.member("code", unit.code)
            json.member("name", unit.name)
            json.key("dead_since")
            if unit.isDissolved { json.string("20250701") } else { json.null() }
            json.endObject()
        }
        json.endArray()
        json.endObject()
        return json.finish()
    }

    private static func write(
        _ procedure: InventedProcedure, _ code: String, _ json: inout JSONWriter
    ) {
        json.beginObject()
        json.member("code", code)
        json.member("name", procedure.name)
        json.member("field_code", procedure.fieldCode)
        json.member("field_name", procedure.fieldName)
        json.endObject()
    }

    /// Who the population database knows.
    static func people(_ people: InventedPeople) -> [UInt8] {
        var json = JSONWriter(reserving: people.count * 96)
        json.beginArray()
        for index in 0..<people.count {
            let registered = people.registered(people.person(index))
            json.beginObject()
            json.member("number", registered.number)
            json.member("name", registered.name)
            json.member("birth", registered.birth)
            json.member("present", registered.present)
            json.endObject()
        }
        json.endArray()
        return json.finish()
    }

    /// `units.json5` for a folder of code tables: the dissolved units and who took over.
    static func units(_ units: InventedUnits) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("units")
        json.beginArray()
        for unit in units.replaced + units.orphaned {
            json.beginObject()
            json.member("code", unit.code)
            json.member("name", unit.name)
            json.member("until", "2025-07-01")
            if let successor = units.communes.first(where: { $0.code == unit.successorCode }) {
                json.key("successor")
                json.beginObject()
                json.member("code", successor.code)
                json.member("name", successor.name)
                json.endObject()
            }
            json.endObject()
        }
        json.endArray()
        json.endObject()
        return json.finish()
    }
}
