/// How long a text may be, and what becomes of a longer one.
///
/// A limit counts characters as the national systems' databases do: Unicode scalars of the NFC form,
/// which is what normalization leaves us (contracts.md §2.19 gives numbers, no unit; *inference*).
struct TextLimit: Sendable {
    enum Excess: Sendable {
        /// The record is not sent: nothing of what a citizen or an officer wrote may be lost silently.
        case hold
        /// Cut to `keep` characters, followed by `suffix`.
        case truncate(keep: Int, suffix: String)
    }
    var limit: Int
    var excess: Excess

    enum Fitting {
        case fits
        case cut(String)
        case tooLong
    }

    func fit(_ text: String) -> Fitting {
        // A scalar takes at least one byte, so nearly every text is done here, uncounted and uncopied.
        if text.utf8.count <= limit || text.unicodeScalars.count <= limit { return .fits }
        switch excess {
        case .hold: return .tooLong
        case .truncate(let keep, let suffix): return .cut(Self.prefix(text, keep) + suffix)
        }
    }

    /// The longest start of the text of at most that many scalars that ends between two characters, so
    /// that no letter loses its accent.
    private static func prefix(_ text: String, _ scalars: Int) -> Substring {
        var count = 0
        var end = text.startIndex
        for character in text {
            count += character.unicodeScalars.count
            if count > scalars { break }
            end = text.index(after: end)
        }
        return text[..<end]
    }
}
