import Dossiers
import Testing
import Wire

@Suite("Normalization") struct TotalityTests {
    /// SplitMix64: the same seed always makes the same rows.
    struct Seeded: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    /// Texts that meet a rule, break one, or break none that anybody thought of.
    struct Garbage {
        var random: Seeded

        static let pieces = [
            "", " ", "0", "1", "2", "3", "9", "10", "t", "false", "processing", "100", "posting",
            "1.000001", "TT-01", "2025-08-12 08:00:00", "2025-06-30", "2026-02-30", "9999-12-31",
            "0001-01-01 00:00:00.000", "infinity", "000090000001", "000000001", "+84900000001",
            "8000.00", "-1", "99999999999999999999", "a@b.vn", "H21.30.01", "000.01.30.H21",
            "00003",
            "H21.129-250812-0035", "1,7", "Nguye\u{302}\u{303}n", "\u{0}", "\r\n", "\u{FEFF}",
            "\u{200D}", "\u{301}", "\u{1F469}\u{200D}\u{1F469}", "\u{202E}", "\u{FFFF}", "가각",
            "ﷺ", "\u{1100}\u{1161}", "Ω\u{2126}", "'; DROP TABLE dossier; --",
        ]

        /// Every script of Vietnam and its neighbours, and what lies between.
        static let blocks: [ClosedRange<UInt32>] = [
            0...0x7FF, 0x1000...0x17FF, 0x1E00...0x2FFF, 0xAA00...0xAADF, 0xF900...0xFFFF,
            0x1F300...0x1F9FF,
        ]

        mutating func text() -> String? {
            switch Int.random(in: 0..<10, using: &random) {
            case 0: return nil
            case 1...5: return Garbage.pieces.randomElement(using: &random)
            case 6...7:
                let count = Int.random(in: 1...5, using: &random)
                return (0..<count).compactMap { _ in Garbage.pieces.randomElement(using: &random) }
                    .joined()
            default:
                var text = String.UnicodeScalarView()
                for _ in 0..<Int.random(in: 1...60, using: &random) {
                    guard let block = Garbage.blocks.randomElement(using: &random),
                        let scalar = Unicode.Scalar(UInt32.random(in: block, using: &random))
                    else { continue }
                    text.append(scalar)
                }
                return String(text)
            }
        }

        mutating func row<C: SourceColumn>() -> SourceRow<C> {
            var row = SourceRow<C>()
            for column in C.allCases { row[column] = text() }
            return row
        }

        /// A good dossier with a few columns spoilt, or one that is all garbage.
        mutating func dossier(_ key: Int64) -> SourceDossier {
            var source = Sample.row()
            source.key = SourceKey(key)
            if Int.random(in: 0..<10, using: &random) == 0 {
                source.header = row()
            } else {
                for column in HeaderColumn.allCases
                where Int.random(in: 0..<20, using: &random) == 0 {
                    source.header[column] = text()
                }
            }
            guard Int.random(in: 0..<3, using: &random) == 0 else { return source }
            source.steps = [Sample.step("1", "2025-08-12 08:00:00")]
            source.steps[0][.content] = text()
            source.steps[0][.officer] = text()
            if Int.random(in: 0..<4, using: &random) == 0 { source.steps.append(row()) }
            if Int.random(in: 0..<4, using: &random) == 0 { source.documents = [row()] }
            if Int.random(in: 0..<4, using: &random) == 0 { source.fees = [row()] }
            if Int.random(in: 0..<4, using: &random) == 0 { source.papers = [row()] }
            if Int.random(in: 0..<4, using: &random) == 0 { source.supplements = [row()] }
            if Int.random(in: 0..<4, using: &random) == 0 { source.results = [row()] }
            return source
        }
    }

    @Test("gives every row a fit dossier or a hold", arguments: UInt64(1)...8)
    func total(seed: UInt64) {
        var garbage = Garbage(random: Seeded(state: seed))
        var dossiers = 0
        var holds: [Hold.Rule: Int] = [:]
        for key in 1...3000 {
            let source = garbage.dossier(Int64(key))
            switch Normalizer(UnitRuleTests.rules).normalize(source) {
            case .dossier(let dossier, _):
                dossiers += 1
                #expect(dossier.sourceKey == source.key)
                check(dossier, seed, key)
            case .held(let code, let sourceKey, let hold, _):
                holds[hold.rule, default: 0] += 1
                #expect(sourceKey == source.key)
                #expect(!hold.field.isEmpty)
                #expect((1...50).contains(code?.rawValue.unicodeScalars.count ?? 1))
            }
        }
        // Garbage that only ever held, or never, would prove nothing.
        #expect(dossiers > 300)
        #expect(holds.count >= 10, "\(holds)")
    }

    @Test("gives the same answer to the same row")
    func repeatable() {
        var garbage = Garbage(random: Seeded(state: 99))
        for key in 1...500 {
            let source = garbage.dossier(Int64(key))
            let first = Made(source)
            let second = Made(source)
            #expect(first.hold == second.hold && first.remarks == second.remarks)
            #expect(first.dossier.map(texts) == second.dossier.map(texts))
        }
    }

    private func check(_ dossier: Dossier, _ seed: UInt64, _ key: Int) {
        for text in texts(dossier) where !Fit.isFit(text) {
            Issue.record("seed \(seed), row \(key): \(text.unicodeScalars.map { $0.value })")
        }
        #expect((1...50).contains(dossier.code.rawValue.unicodeScalars.count))
        #expect(!dossier.procedureCode.isEmpty && !dossier.unitName.isEmpty)
        #expect(
            dossier.acceptedAt != nil || dossier.status == .submitted || dossier.status == .refused)
        for identity in dossier.identities {
            #expect(identity.number.utf8.count == (identity.kind == .personal ? 12 : 9))
            #expect(identity.number.utf8.allSatisfy { (0x30...0x39).contains($0) })
        }
        #expect(dossier.phone.isEmpty || dossier.phone.hasPrefix("0"))
        #expect(dossier.fees.allSatisfy { $0.amount >= 0 })
        let order = dossier.steps.map { ($0.performedAt, $0.id) }
        #expect(zip(order, order.dropFirst()).allSatisfy { $0 < $1 })
    }

    /// Every text of a dossier.
    private func texts(_ it: Dossier) -> [String] {
        var texts = [
            it.code.rawValue, it.procedureCode, it.procedureName, it.fieldCode, it.fieldName,
            it.receiptNumber, it.ownerName, it.ownerAccount, it.ownerIdentityNumber,
            it.otherInformation, it.email, it.fax, it.phone, it.summary, it.returnInformation,
            it.unitName, it.unitCode, it.note, it.person?.name ?? "",
        ]
        texts += it.databases + it.identities.map(\.number)
        for document in it.documents {
            texts += [
                document.id, document.name, document.componentCode, document.url,
                document.replacingResultCode,
            ]
        }
        for fee in it.fees { texts += [fee.name, fee.code, fee.collection, fee.kind] }
        texts += it.papers.map(\.name)
        for round in it.supplements {
            texts += [
                round.id, round.requestedBy, round.content, round.receivedBy,
                round.receivedInformation,
            ]
        }
        for result in it.results {
            texts += [result.id, result.name, result.componentCode, result.url, result.resultCode]
        }
        for step in it.steps { texts += [step.officer, step.title, step.department, step.content] }
        return texts
    }
}
