import Capture
import Foundation
import Testing

extension Office {
    /// The profile with another description of itself.
    func profile(changingDescription folder: TemporaryFolder, _ change: (String) -> String) throws
        -> SourceProfile
    {
        let copy = "\(folder.path)/profile-\(UUID().uuidString)"
        try FileManager.default.copyItem(atPath: kind.directory, toPath: copy)
        let place = "\(copy)/profile.json5"
        let before = try String(contentsOfFile: place, encoding: .utf8)
        let after = change(before)
        try #require(after != before)
        try after.write(toFile: place, atomically: true, encoding: .utf8)
        return try SourceProfile.load(directory: copy, dialect: kind.dialect)
    }

    /// The profile as a province would have it that wrote one of its statements in its own way.
    func profile(
        changing file: String, in folder: TemporaryFolder, _ change: (String) -> String
    ) throws -> SourceProfile {
        let copy = "\(folder.path)/profile-\(UUID().uuidString)"
        try FileManager.default.copyItem(atPath: kind.directory, toPath: copy)
        let place =
            kind == .opencps ? "\(copy)/\(file)" : "\(copy)/\(kind.dialect.rawValue)/\(file)"
        let before = try String(contentsOfFile: place, encoding: .utf8)
        let after = change(before)
        try #require(after != before)
        try after.write(toFile: place, atomically: true, encoding: .utf8)
        return try SourceProfile.load(directory: copy, dialect: kind.dialect)
    }
}
