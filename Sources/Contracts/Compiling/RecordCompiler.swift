internal import Operating
internal import Wire

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
        let name = try section.string("name")
        let key = JSONWriter.render(key: name)
        let lists = [
            "identities", "databases", "documents", "fees", "papers", "supplements", "results",
            "nothing",
        ]
        let list = try section.choice("list", of: lists, default: nil)
        if list == "nothing" {
            return .scalar(MemberPlan(name: name, within: "", content: .emptyList))
        }
        let inner = try section.sections("fields")
        guard !inner.isEmpty else { throw section.missing("fields") }
        switch list {
        case "identities": return .identities(key: key, try fields.members(inner, parent: name))
        case "databases": return .databases(key: key, try fields.members(inner, parent: name))
        case "documents": return .documents(key: key, try fields.members(inner, parent: name))
        case "fees": return .fees(key: key, try fields.members(inner, parent: name))
        case "papers": return .papers(key: key, try fields.members(inner, parent: name))
        case "supplements": return .supplements(key: key, try fields.members(inner, parent: name))
        default: return .results(key: key, try fields.members(inner, parent: name))
        }
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
