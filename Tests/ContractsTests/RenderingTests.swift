import Contracts
import Dossiers
import Foundation
import Testing
import Wire

@Suite("A rendered record")
struct RenderingTests {
    let portal: Contract

    init() throws { portal = try Samples.portal() }

    @Test("carries every field of the header, in the contract's order")
    func fullHeader() throws {
        try expectGolden(
            try Samples.bytes(portal.renderState(Samples.fullDossier())), "state-full.json")
    }

    @Test("says little when there is little to say, and still names every field")
    func smallHeader() throws {
        try expectGolden(
            try Samples.bytes(portal.renderState(Samples.smallDossier())), "state-small.json")
    }

    @Test("carries the nine fields of a step")
    func step() throws {
        let dossier = Samples.smallDossier()
        try expectGolden(
            try Samples.bytes(portal.renderStep(Samples.step(), of: dossier)), "step.json")
    }

    @Test("has the SHA-256 of its own bytes")
    func digest() throws {
        guard case .ready(let payload, _) = portal.renderState(Samples.fullDossier()) else {
            Issue.record("held")
            return
        }
        #expect(payload.digest == SHA256.digest(payload.bytes))
    }

    @Test("is the same for the same dossier, so that an unchanged one is known by its digest")
    func stability() throws {
        let first = try Samples.bytes(portal.renderState(Samples.fullDossier()))
        let second = try Samples.bytes(try Samples.portal().renderState(Samples.fullDossier()))
        #expect(first == second)
    }
}
