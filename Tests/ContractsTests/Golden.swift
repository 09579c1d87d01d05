import Foundation
import Testing

/// Compares bytes with a file of `Fixtures`; `UPDATE_FIXTURES=1` rewrites it. A changed file is a change
/// of what goes over the wire.
func expectGolden(_ bytes: [UInt8], _ name: String) throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures/\(name)")
    if ProcessInfo.processInfo.environment["UPDATE_FIXTURES"] == "1" {
        try Data(bytes + [0x0A]).write(to: file)
        return
    }
    let expected = try String(contentsOf: file, encoding: .utf8)
    #expect(String(decoding: bytes, as: UTF8.self) + "\n" == expected)
}
