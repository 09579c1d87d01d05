package import Dossiers
internal import Synchronization
internal import Wire

extension Contract {
    /// The dossier's header record with its lists, without its steps.
    package func renderState(_ dossier: Dossier) -> Rendered {
        guard !plan.state.isEmpty else { return Contract.unsupported("records.state") }
        var writer = RecordWriter(plan.texts, reserving: 4096, status: dossier.status)
        do throws(Hold) {
            try writer.state(plan.state, of: dossier)
        } catch {
            return .held(error, writer.remarks)
        }
        let remarks = writer.remarks
        return .ready(payload(writer.finish()), remarks)
    }

    /// Each step of the dossier's progress, in its order. What it demands of a field may depend on the step's
    /// status.
    package func renderSteps(of dossier: borrowing Dossier) -> [Rendered] {
        guard let first = dossier.steps.first else { return [] }
        // One for all: only the step in it changes.
        var item = StepOfDossier(
            step: first, dossier: dossier.code, procedureCode: dossier.procedureCode,
            linkedCode: dossier.linkedCode)
        var rendered: [Rendered] = []
        rendered.reserveCapacity(dossier.steps.count)
        for place in dossier.steps.indices {
            if place > 0 { item.step = dossier.steps[place] }
            rendered.append(render(item))
        }
        return rendered
    }

    private func render(_ item: borrowing StepOfDossier) -> Rendered {
        guard !plan.step.isEmpty else { return Contract.unsupported("records.step") }
        var writer = RecordWriter(plan.texts, reserving: 512, status: item.step.status)
        do throws(Hold) {
            try writer.record(plan.step, of: item)
        } catch {
            return .held(error, writer.remarks)
        }
        let remarks = writer.remarks
        return .ready(payload(writer.finish()), remarks)
    }

    /// The destination's own code of a step's status, by which its order goes; empty where there is no order.
    package func status(of step: Step) -> String {
        guard plan.order != nil, plan.stepStatuses.indices.contains(step.status.rawValue) else {
            return ""
        }
        return plan.stepStatuses[step.status.rawValue]
    }

    /// The question about a person, the same for `verify` and `lookup`.
    package func renderPerson(_ person: Person) -> Rendered {
        guard !plan.person.isEmpty else { return Contract.unsupported("records.person") }
        var writer = PersonWriter(plan.texts, prefix: plan.soap?.prefix ?? "")
        do throws(Hold) {
            try writer.elements(plan.person, of: person)
        } catch {
            return .held(error, writer.remarks)
        }
        return .ready(payload(writer.bytes), writer.remarks)
    }

    /// A record that the file does not describe (see ``Contract/supports``) holds rather than go out empty.
    private static func unsupported(_ place: String) -> Rendered {
        .held(Hold(.fieldMissing, field: place), [])
    }

    private func payload(_ bytes: [UInt8]) -> RenderedPayload {
        let digest = hasher.withLock { hasher in
            hasher.update(bytes)
            return hasher.finish()
        }
        return RenderedPayload(bytes: bytes, digest: digest)
    }
}
