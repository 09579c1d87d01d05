/// What a destination said in its own words: what staff need to put a dossier right, and perhaps somebody's data.
///
/// Bounded, and printed by nothing but whoever asks for ``shown``: not by a log, an event, an error or a failed
/// test.
package struct Words: Hashable, Sendable {
    /// Bytes of UTF-8 that are kept. One sentence; it is neither a document nor a trace of a program.
    package static let longest = 500

    /// UTF-8.
    package let bytes: [UInt8]

    /// nil when nothing is said.
    package init?(_ text: String) {
        // Blanks in front, and not many: what begins with more of them says nothing.
        let start = ForeignText.prefix(text, bytes: 4 * Words.longest)
        let said = start.unicodeScalars.drop { $0.properties.isWhitespace }
        guard !said.isEmpty else { return nil }
        bytes = Array(ForeignText.prefix(String(said), bytes: Words.longest).utf8)
    }

    /// As they were kept.
    package init?(bytes: [UInt8]) { self.init(String(decoding: bytes, as: UTF8.self)) }

    /// For a terminal: on one line, without anything that moves a cursor, colours, reverses or hides text.
    package var shown: String {
        var shown = String.UnicodeScalarView()
        let text = ForeignText.streamSafe(String(decoding: bytes, as: UTF8.self))
        for scalar in text.unicodeScalars {
            if scalar.properties.isWhitespace {
                if shown.last != " " { shown.append(" ") }
            } else {
                shown.append(Words.isHarmless(scalar) ? scalar : "\u{FFFD}")
            }
        }
        while shown.last == " " { shown.removeLast() }
        return String(shown)
    }

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        // Escapes and their like; marks of direction, joiners, tags; what is assigned to nobody.
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
            .unassigned:
            false
        default: true
        }
    }
}

extension Words: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "(\(bytes.count) bytes)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
