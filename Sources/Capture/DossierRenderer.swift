internal import Contracts
package import Dossiers
internal import Outbox
internal import Wire

/// From a source's rows to what the state store keeps: normalized, rendered for every destination, or held.
package struct DossierRenderer: Sendable {
    private let normalizer: Normalizer
    /// Those that take headers and steps.
    private let receiving: [CaptureDestination]
    /// The one that is asked about persons.
    private let verifying: CaptureDestination?

    package init(normalizer: Normalizer, destinations: [CaptureDestination]) {
        self.normalizer = normalizer
        receiving = destinations.filter {
            !$0.contract.supports.isDisjoint(with: [.state, .history])
        }
        verifying = destinations.first { $0.contract.supports.contains(.verify) }
    }

    func captured(_ source: borrowing SourceDossier) -> CapturedDossier {
        switch normalizer.normalize(source) {
        case .held(let code, let key, let hold, let remarks):
            // A code that cannot be used has to be called something.
            return CapturedDossier(
                code: code ?? DossierCode("source-\(key.rawValue)"), sourceKey: key,
                content: .held(hold), remarks: remarks)
        case .dossier(let dossier, let remarks):
            return rendered(dossier, remarks)
        }
    }

    /// A dossier that could not be read: nothing is known of it but its key.
    func unread(_ key: SourceKey, _ hold: Hold) -> CapturedDossier {
        CapturedDossier(
            code: DossierCode("source-\(key.rawValue)"), sourceKey: key, content: .held(hold))
    }

    /// The newest time at which something was done to the dossier, as far as its times can be read.
    func newestTime(of source: borrowing SourceDossier) -> Timestamp? {
        normalizer.newestTime(of: source)
    }

    private func rendered(_ dossier: Dossier, _ remarks: [Remark]) -> CapturedDossier {
        var captured = CapturedDossier(
            code: dossier.code, sourceKey: dossier.sourceKey, content: .deliverable([]),
            remarks: remarks)
        do throws(Hold) {
            var lanes: [LaneContent] = []
            // What one of them cannot be told holds the dossier for all.
            for destination in receiving where destination.takes(dossier.procedureCode) {
                lanes.append(try lane(dossier, destination, &captured.remarks))
            }
            captured.content = .deliverable(lanes)
            captured.question = question(dossier, &captured.remarks)
        } catch {
            captured.content = .held(error)
        }
        return captured
    }

    private func lane(
        _ dossier: Dossier, _ destination: CaptureDestination, _ remarks: inout [Remark]
    ) throws(Hold) -> LaneContent {
        let contract = destination.contract
        let state =
            contract.supports.contains(.state)
            ? try payload(contract.renderState(dossier), &remarks) : nil
        var steps: [StepPayload] = []
        if contract.supports.contains(.history) {
            steps.reserveCapacity(dossier.steps.count)
            let rendered = contract.renderSteps(of: dossier)
            for place in rendered.indices {
                if contract.order == nil {
                    steps.append(
                        StepPayload(
                            id: dossier.steps[place].id,
                            payload: try payload(rendered[place], &remarks)))
                } else {
                    let step = dossier.steps[place]
                    steps.append(inTurn(step, rendered[place], contract.status(of: step), &remarks))
                }
            }
        }
        return LaneContent(
            destination: destination.id, state: state, steps: steps,
            stepsPerDelivery: contract.stepsPerDelivery, stepSeparator: contract.separator,
            order: contract.order,
            waitsForVerification: destination.waitsForVerification && verifying != nil)
    }

    /// Where steps have an order, one that cannot be said yet keeps back what follows it, there alone.
    private func inTurn(
        _ step: Step, _ rendered: Rendered, _ status: String, _ remarks: inout [Remark]
    ) -> StepPayload {
        do throws(Hold) {
            return StepPayload(
                id: step.id, payload: try payload(rendered, &remarks), status: status)
        } catch {
            return StepPayload(
                id: step.id, payload: Payload(bytes: [], digest: SHA256.digest([])),
                status: status, lacks: error.field)
        }
    }

    /// What cannot be asked about a person does not keep his dossier back.
    private func question(
        _ dossier: Dossier, _ remarks: inout [Remark]
    ) -> PersonQuestion? {
        guard let verifying, let person = dossier.person else { return nil }
        switch verifying.contract.renderPerson(person) {
        case .held(let hold, _):
            remarks.append(Remark(.identityOmitted, field: hold.field))
            return nil
        case .ready(let rendered, let more):
            remarks.append(contentsOf: more)
            return PersonQuestion(
                destination: verifying.id, identity: DossierRenderer.identity(of: person),
                payload: Payload(bytes: rendered.bytes, digest: rendered.digest),
                validityMilliseconds: verifying.validityMilliseconds)
        }
    }

    private func payload(
        _ rendered: Rendered, _ remarks: inout [Remark]
    ) throws(Hold) -> Payload {
        switch rendered {
        case .held(let hold, let more):
            remarks.append(contentsOf: more)
            throw hold
        case .ready(let payload, let more):
            remarks.append(contentsOf: more)
            return Payload(bytes: payload.bytes, digest: payload.digest)
        }
    }

    /// The same person is asked about once, however his name is written: `number|NAME|birth`.
    static func identity(of person: Person) -> [UInt8] {
        var bytes = Array(person.identity.number.utf8)
        bytes.append(UInt8(ascii: "|"))
        bytes.append(contentsOf: person.name.uppercased().utf8)
        bytes.append(UInt8(ascii: "|"))
        switch person.birth {
        case .year(let year):
            bytes.append(decimal: year, width: 4)
        case .date(let year, let month, let day):
            bytes.append(decimal: year, width: 4)
            bytes.append(decimal: month, width: 2)
            bytes.append(decimal: day, width: 2)
        }
        return bytes
    }
}
