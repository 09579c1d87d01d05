import Capture
import Contracts
import Dossiers
import LienThong
import Outbox
import TestSupport
import Wire

/// Rendering one dossier's header, against appending the same bytes from ready strings: what is above that
/// floor is deciding what to write and making it safe.
struct RenderRow {
    static func measure(_ lab: Lab, _ sink: Sink) throws -> [Row] {
        let province = try Province(lab, try TestCluster.shared(), dossiers: 200)
        let post = try province.settle(at: sink.plain)
        defer { post.remove() }
        let config = "\(post.folder)/lienthongd.json5"
        let composition = try Composition.load(path: config, share: "\(lab.home)/Config")
        let source = DatabaseSource.postgres(composition.profile, conninfo: province.database)
        defer { source.disconnect() }
        let keys = try source.allKeys(ResyncFilter(), after: nil, limit: 200)
        var dossiers: [Dossier] = []
        for row in try source.read(keys) {
            if case .dossier(let dossier, _) = composition.normalizer.normalize(row) {
                dossiers.append(dossier)
            }
        }
        guard let contract = composition.configuration.destinations.first?.contract,
            !dossiers.isEmpty
        else { throw Broken(description: "no dossier to render") }
        let pieces = dossiers.map { RenderRow.pieces(contract.renderState($0)) }
        let rounds = lab.count(200, atLeast: 2)
        var ours: [Double] = []
        var floor: [Double] = []
        for _ in 0..<max(lab.runs, 1) {
            var bytes = 0
            ours.append(
                time {
                    for _ in 0..<rounds {
                        for dossier in dossiers {
                            if case .ready(let payload, _) = contract.renderState(dossier) {
                                bytes += payload.bytes.count
                            }
                        }
                    }
                })
            var copied = 0
            floor.append(
                time {
                    for _ in 0..<rounds {
                        for dossier in pieces {
                            var body: [UInt8] = []
                            body.reserveCapacity(4096)
                            for piece in dossier { body.append(contentsOf: piece.utf8) }
                            copied += body.count
                        }
                    }
                })
            guard bytes == copied else { throw Broken(description: "the floor wrote other bytes") }
        }
        let count = Double(rounds * dossiers.count)
        return [
            Row(
                name: "render one dossier, with its digest", figure: median(ours) / count * 1e6,
                unit: "µs", yardstick: median(floor) / count * 1e6,
                yardstickName: "the same bytes from ready strings", aim: .atMost(4))
        ]
    }

    /// The rendered bytes as the strings a writer would have at hand: names, punctuation and values.
    private static func pieces(_ rendered: Rendered) -> [String] {
        guard case .ready(let payload, _) = rendered else { return [] }
        var pieces: [String] = []
        var piece: [UInt8] = []
        for byte in payload.bytes {
            piece.append(byte)
            if byte == UInt8(ascii: "\"") {
                pieces.append(String(decoding: piece, as: UTF8.self))
                piece = []
            }
        }
        pieces.append(String(decoding: piece, as: UTF8.self))
        return pieces
    }

    private static func time(_ body: () -> Void) -> Double {
        let began = Program.now()
        body()
        return Program.now() - began
    }
}
