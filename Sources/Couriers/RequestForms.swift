internal import Contracts
internal import Operating
internal import Wire

/// The forms of one destination's requests, kept as long as the session that is written in them.
struct RequestForms {
    private var forms: [Call.Kind: RequestForm] = [:]
    /// The session's generation; nil where there are no sessions.
    private var generation: Int?

    /// The form of that kind: the one that was made before, or a new one.
    mutating func form(
        _ kind: Call.Kind, generation: Int?, make: () throws(Trouble) -> RequestForm
    ) throws(Trouble) -> RequestForm {
        if generation != self.generation {
            forms.removeAll(keepingCapacity: true)
            self.generation = generation
        }
        if let form = forms[kind] { return form }
        let form = try make()
        if form.isLasting { forms[kind] = form }
        return form
    }
}
