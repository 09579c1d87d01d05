internal import Operating

/// Compiles `records`, `codes` and `dates`.
struct RecordCompiler {
    let root: Settings
    let isSOAP: Bool

    struct Records {
        var state: [StateMember] = []
        var step: [MemberPlan<StepField>] = []
        var person: [PersonMember] = []
        var texts = RecordTexts()
    }

    func compile() throws(Trouble) -> Records {
        let fields = try FieldCompiler(root: root)
        let section = try root.section("records")
        var records = Records()
        if isSOAP {
            records.person = try person(try section.sections("person"), fields, parent: "")
        } else {
            records.state = try state(try section.sections("state"), fields)
            records.step = try fields.members(try section.sections("step"), parent: "")
        }
        try fields.checkAllTablesUsed()
        records.texts = fields.texts
        return records
    }

    private func state(_ sections: [Settings], _ fields: FieldCompiler) throws(Trouble)
        -> [StateMember]
    {
        try fields.checkNames(sections)
        var members: [StateMember] = []
        for section in sections {
            if section.has("list") {
                members.append(try list(section, fields))
            } else {
                members.append(.scalar(try fields.member(section, parent: "")))
            }
        }
        return members
    }

    private func list(_ section: Settings, _ fields: FieldCompiler) throws(Trouble) -> StateMember {
        let lists = [
            "identities", "databases", "documents", "fees", "papers", "supplements", "results",
            "nothing",
        ]
        switch try section.choice("list", of: lists, default: nil) {
        case "identities": return .identities(try plan(section, fields))
        case "databases": return .databases(try plan(section, fields))
        case "documents": return .documents(try plan(section, fields))
        case "fees": return .fees(try plan(section, fields))
        case "papers": return .papers(try plan(section, fields))
        case "supplements": return .supplements(try plan(section, fields))
        case "results": return .results(try plan(section, fields))
        default: return .scalar(try fields.member(section, parent: ""))
        }
    }

    private func plan<Field: CanonicalField>(_ section: Settings, _ fields: FieldCompiler)
        throws(Trouble) -> ListPlan<Field>
    {
        let name = try section.string("name")
        let members = try section.sections("fields")
        guard !members.isEmpty else { throw section.missing("fields") }
        let incomplete = try section.choice("incomplete", of: ["hold", "omit"], default: "hold")
        return ListPlan(
            key: fields.key(name), name: fields.name(name),
            members: try fields.members(members, parent: name),
            omitsIncomplete: incomplete == "omit")
    }

    private func person(_ sections: [Settings], _ fields: FieldCompiler, parent: String)
        throws(Trouble) -> [PersonMember]
    {
        try fields.checkNames(sections)
        var members: [PersonMember] = []
        for section in sections {
            let element = try section.xmlName("name")
            if section.has("group") {
                let inner = try section.sections("group")
                members.append(.group(element: element, try person(inner, fields, parent: element)))
            } else if section.has("value") {
                members.append(.constant(element: element, try section.string("value")))
            } else {
                let field: PersonField = try fields.field(section)
                let rule = try fields.rule(section, field.kind, isElement: true)
                let place = parent.isEmpty ? element : "\(parent).\(element)"
                members.append(
                    .scalar(element: element, field, rule, name: fields.name(place)))
            }
        }
        return members
    }
}
