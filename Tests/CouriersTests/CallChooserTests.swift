import Contracts
import Dossiers
import Outbox
import Testing
import Wire

@testable import Couriers

@Suite("A call chooser")
struct CallChooserTests {
    private let now = Timestamp(milliseconds: 1_790_000_000_000)

    private func chooser(
        _ calls: Set<Call.Kind> = [.login, .create, .update, .history, .probe],
        _ existence: CourierPolicy.ExistencePolicy = .createFirst, keys: Bool = false
    ) -> CallChooser {
        CallChooser(
            calls: calls, existence: existence, honoursKeys: keys, keyLifetime: 86_400_000)
    }

    private func delivery(
        _ operation: Dossiers.Operation, _ existence: Existence = .unknown, uncertain: Bool = false,
        age: Int64 = 0
    ) -> Delivery {
        let digest = SHA256.digest([1])
        return Delivery(
            id: DeliveryID(1), destination: DestinationID("portal"), lane: 1,
            code: DossierCode("H21-1"), operation: operation, revision: 1, key: digest, body: [],
            bodyDigest: digest, attempts: 0, recordedAt: now.adding(milliseconds: -age),
            isBacklog: false, isUncertain: uncertain, existence: existence, stepCount: 0)
    }

    @Test("creates what is absent or unknown, updates what is there")
    func existence() {
        #expect(chooser().first(for: delivery(.state, .absent), now: now) == .call(.create))
        #expect(chooser().first(for: delivery(.state, .unknown), now: now) == .call(.create))
        #expect(chooser().first(for: delivery(.state, .present), now: now) == .call(.update))
        #expect(chooser().first(for: delivery(.history, .present), now: now) == .call(.history))
    }

    @Test("asks first where the policy says so and the destination can be asked")
    func probeFirst() {
        let asking = chooser([.create, .update, .probe], .probeFirst)
        #expect(asking.first(for: delivery(.state, .unknown), now: now) == .call(.probe))
        #expect(asking.first(for: delivery(.state, .absent), now: now) == .call(.create))
        let mute = chooser([.create, .update], .probeFirst)
        #expect(mute.first(for: delivery(.state, .unknown), now: now) == .call(.create))
    }

    @Test("probes what may have arrived", arguments: [Dossiers.Operation.state, .history])
    func uncertain(_ operation: Dossiers.Operation) {
        let one = delivery(operation, .present, uncertain: true)
        #expect(chooser().first(for: one, now: now) == .call(.probe))
    }

    @Test("sends it again under its key where keys are honoured, until they expire")
    func keys() {
        let trusting = chooser(keys: true)
        let young = delivery(.history, .present, uncertain: true)
        #expect(trusting.first(for: young, now: now) == .call(.history))
        let old = delivery(.history, .present, uncertain: true, age: 90_000_000)
        #expect(trusting.first(for: old, now: now) == .call(.probe))
    }

    @Test("sends an uncertain header again where nobody can be asked, but never steps")
    func mute() {
        let mute = chooser([.create, .update, .history])
        #expect(
            mute.first(for: delivery(.state, .present, uncertain: true), now: now)
                == .call(.update))
        #expect(
            mute.first(for: delivery(.history, .present, uncertain: true), now: now)
                == .parked(.undecidable))
    }

    @Test("asks a question again without a probe")
    func question() {
        #expect(
            chooser([.verify]).first(for: delivery(.verify, uncertain: true), now: now)
                == .call(.verify))
    }
}
