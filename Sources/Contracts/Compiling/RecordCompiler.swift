internal import Operating

/// Compiles `records`, `codes` and `dates`.
struct RecordCompiler {
    let root: Settings
    let isSOAP: Bool

    struct Records {
        var state: [StateMember] = []
        var step: [MemberPlan<StepField>] = []
        var person: [PersonMember] = []
    }

    func compile() throws(Trouble) -> Records {
        let fields = try FieldCompiler(root: root, isSOAP: isSOAP)
        let section = try root.section("records")
        var records = Records()
        if isSOAP {
            records.person = try person(try section.sections("person"), fields, parent: "")
        } else {
            records.state = try state(try section.sections("state"), fields)
            records.step = try fields.members(try section.sections("step"), parent: "")
        }
        try fields.checkAllTablesUsed()
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
        default:
            let name = try section.string("name")
            return .scalar(MemberPlan(name: name, within: "", content: .emptyList))
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
            name: name, members: try fields.members(members, parent: name),
            omitsIncomplete: incomplete == "omit")
    }

    private func person(_ sections: [Settings], _ fields: FieldCompiler, parent: String)
        throws(Trouble) -> [PersonMember]
    {
        try fields.checkNames(sections)
        var members: [PersonMember] = []
        for section in sections {
            let name = try section.xmlName("name")
            if section.has("group") {
                let inner = try section.sections("group")
                members.append(.group(name: name, try person(inner, fields, parent: name)))
            } else {
                members.append(.scalar(try fields.member(section, parent: parent)))
            }
        }
        return members
    }
}
