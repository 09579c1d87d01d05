package import Dossiers
package import Outbox
internal import Wire

/// Dossiers of a virtual road: small bodies of the real dialect, invented throughout.
package enum VirtualDossiers {
    /// One header with the mark `v`, and steps that go one to a delivery, for each destination.
    package static func one(
        _ code: String, key: Int64, v: Int = 1, steps: [String] = [],
        for destinations: [DestinationID]
    ) -> CapturedDossier {
        let lanes = destinations.map { destination in
            LaneContent(
                destination: destination,
                state: payload(#"{"MaHoSo":"\#(code)","V":"\#(v)"}"#),
                steps: steps.enumerated().map { index, text in
                    StepPayload(
                        id: SourceKey(key * 1000 + Int64(index)),
                        payload: payload(
                            #"{"MaHoSo":"\#(code)","ThoiDiemXuLy":"20260105080010","#
                                + #""TrangThai":"4","NoiDungXuLy":"\#(text)"}"#))
                }, stepsPerDelivery: 1)
        }
        return CapturedDossier(
            code: DossierCode(code), sourceKey: SourceKey(key), content: .deliverable(lanes))
    }

    private static func payload(_ text: String) -> Payload {
        let bytes = Array(text.utf8)
        return Payload(bytes: bytes, digest: SHA256.digest(bytes))
    }
}
