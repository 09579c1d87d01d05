import Contracts
import Dossiers
import Outbox
import Testing
import Wire

@testable import Couriers

@Suite("A call chooser")
struct CallChooserTests {
    private let now = Timestamp(milliseconds: 1_790_000_000_000)
    private var at: Moment { Moment(wall: now, steady: 1_000_000_000) }

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
        #expect(
            chooser().first(for: delivery(.state, .absent), now: at, firstSent: nil)
                == .call(.create))
        #expect(
            chooser().first(for: delivery(.state, .unknown), now: at, firstSent: nil)
                == .call(.create))
        #expect(
            chooser().first(for: delivery(.state, .present), now: at, firstSent: nil)
                == .call(.update))
        #expect(
            chooser().first(for: delivery(.history, .present), now: at, firstSent: nil)
                == .call(.history))
    }

    @Test("asks first where the policy says so and the destination can be asked")
    func probeFirst() {
        let asking = chooser([.create, .update, .probe], .probeFirst)
        #expect(
            asking.first(for: delivery(.state, .unknown), now: at, firstSent: nil) == .call(.probe))
        #expect(
            asking.first(for: delivery(.state, .absent), now: at, firstSent: nil) == .call(.create))
        let mute = chooser([.create, .update], .probeFirst)
        #expect(
            mute.first(for: delivery(.state, .unknown), now: at, firstSent: nil) == .call(.create))
    }

    @Test("probes what may have arrived", arguments: [Dossiers.Operation.state, .history])
    func uncertain(_ operation: Dossiers.Operation) {
        let one = delivery(operation, .present, uncertain: true)
        #expect(chooser().first(for: one, now: at, firstSent: nil) == .call(.probe))
    }

    @Test("sends it again under its key where keys are honoured, until they expire")
    func keys() {
        let trusting = chooser(keys: true)
        let young = delivery(.history, .present, uncertain: true)
        #expect(trusting.first(for: young, now: at, firstSent: at.steady) == .call(.history))
        let old = delivery(.history, .present, uncertain: true, age: 90_000_000)
        #expect(trusting.first(for: old, now: at, firstSent: at.steady) == .call(.probe))
    }

    @Test("trusts no key whose age the clock may be wrong about")
    func clocks() {
        let trusting = chooser(keys: true)
        // The wall clock was set back: it was recorded in the future.
        let ahead = delivery(.history, .present, uncertain: true, age: -1)
        #expect(trusting.first(for: ahead, now: at, firstSent: at.steady) == .call(.probe))
        // The wall clock was set back by less than that: on the steady clock the key is too old.
        let young = delivery(.history, .present, uncertain: true, age: 1000)
        let long = at.steady - 86_400_000
        #expect(trusting.first(for: young, now: at, firstSent: long) == .call(.probe))
        #expect(trusting.first(for: young, now: at, firstSent: long + 1) == .call(.history))
    }

    @Test("asks about what an earlier process sent, whatever its key, if anybody can be asked")
    func restart() {
        let young = delivery(.history, .present, uncertain: true, age: 1000)
        #expect(chooser(keys: true).first(for: young, now: at, firstSent: nil) == .call(.probe))
        let mute = chooser([.create, .update, .history], keys: true)
        #expect(mute.first(for: young, now: at, firstSent: nil) == .call(.history))
    }

    @Test("asks about a dossier that nobody has met, whatever the policy and the key say")
    func unmet() {
        var header = delivery(.state)
        header.isMet = false
        header.isConfirmed = false
        #expect(chooser(keys: true).first(for: header, now: at, firstSent: nil) == .call(.probe))
        let mute = chooser([.create, .update])
        #expect(mute.first(for: header, now: at, firstSent: nil) == .call(.create))
        var steps = delivery(.history, .present, uncertain: true)
        steps.isConfirmed = false
        #expect(
            chooser(keys: true).first(for: steps, now: at, firstSent: at.steady) == .call(.probe))
    }

    @Test("sends an uncertain header again where nobody can be asked, but never steps")
    func mute() {
        let mute = chooser([.create, .update, .history])
        #expect(
            mute.first(for: delivery(.state, .present, uncertain: true), now: at, firstSent: nil)
                == .call(.update))
        #expect(
            mute.first(for: delivery(.history, .present, uncertain: true), now: at, firstSent: nil)
                == .parked(.undecidable))
    }

    @Test("asks a question again without a probe")
    func question() {
        #expect(
            chooser([.verify]).first(
                for: delivery(.verify, uncertain: true), now: at, firstSent: nil)
                == .call(.verify))
    }
}
