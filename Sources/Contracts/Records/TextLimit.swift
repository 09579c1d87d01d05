/// How long a text may be, and what becomes of a longer one.
///
/// A limit counts characters of the NFC form, which is what normalization leaves us. The sources give
/// numbers and no unit (contracts.md §2.19); UTF-16 units are counted, as the Java and .NET systems at
/// both ends do: for Vietnamese text that is the number of letters, and it is never fewer than that of
/// Unicode scalars, so a text within the limit is so by either count.
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
        if text.utf8.count <= limit || text.utf16.count <= limit { return .fits }
        switch excess {
        case .hold: return .tooLong
        case .truncate(let keep, let suffix): return .cut(Self.prefix(text, keep) + suffix)
        }
    }

    /// The longest start of the text of at most that many units that ends between two characters, so
    /// that no letter loses its accent.
    private static func prefix(_ text: String, _ units: Int) -> Substring {
        var count = 0
        var end = text.startIndex
        for character in text {
            count += character.utf16.count
            if count > units { break }
            end = text.index(after: end)
        }
        return text[..<end]
    }
}
