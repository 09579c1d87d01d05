import Foundation
import Glibc
import TestSupport
import Testing

/// The cure of a trouble with the configuration, carried out as it is printed: the command that it names, the word
/// that it proposes, or else what it asks for, which is to have it as it was before a test spoilt it.
struct PrintedCure {
    private let words: String

    init(_ words: String) { self.words = words }

    func carryOut(on road: Road, spoiltShare: String?) async throws {
        if let command = words.firstMatch(of: /Run: (.+)$/) {
            let shell = try await Child(
                ["-c", String(command.1)], in: road.scratch, program: "/bin/sh"
            ).end()
            #expect(shell.status == 0, "\(shell.errors)")
        } else if let proposed = words.firstMatch(of: /Did you mean “([^”]+)”\?/) {
            try replaceNeighbour(of: String(proposed.1), on: road, spoiltShare)
        } else {
            try heal(road, spoiltShare)
        }
    }

    /// What was misspelt is a word near the proposed one.
    private func replaceNeighbour(
        of word: String, on road: Road, _ spoiltShare: String?
    ) throws {
        let misspelt = [
            "state": "stat:", "poll": "pol:", "encoding": "encodin: 1,", "madonvi": "madonvy:",
            "dvcqg-adapter": "dvcqg-adaptor", "reference": "\"referenc\"",
            "statuses": "statusses:",
        ]
        let right = [
            "stat:": "state:", "pol:": "poll:", "encodin: 1,": "",
            "madonvy:": "", "dvcqg-adaptor": "dvcqg-adapter", "\"referenc\"": "\"reference\"",
            "statusses:": "statuses:",
        ]
        if word.hasSuffix(".sql"), let spoiltShare {
            let folder = spoiltShare + "/sources/reference/sqlite/"
            #expect(rename(folder + "feess.sql", folder + word) == 0)
            return
        }
        guard let wrong = misspelt[word], let corrected = right[wrong] else {
            throw Unmet(description: "nobody has misspelt \(word)")
        }
        var places = [road.configuration, road.scratch.file("codes/status.json5")]
        if let spoiltShare { places.append(spoiltShare + "/contracts/csdlqgdc-soap.json5") }
        for place in places {
            let text = try String(contentsOfFile: place, encoding: .utf8)
            // A key that was given beside the right one is taken out with its value.
            let isExtra = wrong == "madonvy:"
            let better =
                isExtra
                ? text.replacing("madonvi: \"x\", madonvy:", with: "madonvi:")
                : text.replacing(wrong, with: corrected)
            if better != text {
                try better.write(toFile: place, atomically: false, encoding: .utf8)
            }
        }
    }

    /// The configuration, the secrets, the code tables and the shipped data as they are when all is well.
    private func heal(_ road: Road, _ spoiltShare: String?) throws {
        let files = FileManager.default
        if files.fileExists(atPath: road.configuration) {
            try files.removeItem(atPath: road.configuration)
        }
        try road.configure()
        for (name, secret) in Road.secrets {
            try road.scratch.write("credentials/\(name)", secret + "\n")
        }
        let key = road.scratch.file("state/state.key")
        // Before the first start; later it would be the loss of the store.
        if files.fileExists(atPath: key), !files.fileExists(atPath: road.store) {
            try files.removeItem(atPath: key)
        }
        try files.removeItem(atPath: road.scratch.file("codes"))
        try files.copyItem(atPath: "\(Program.config)/codes", toPath: road.scratch.file("codes"))
        if let spoiltShare {
            try files.removeItem(atPath: spoiltShare)
            _ = try road.copyShare()
        }
    }
}
