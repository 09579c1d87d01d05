internal import Dossiers
internal import Foundation

/// Text as people and their programs write it, where formats and limits do not expect it.
enum Awkward {
    /// Gives some citizens names with characters that XML, JSON and SQL have for themselves.
    static func name(_ citizens: inout [CaseMaker.Citizen]) {
        let tails = [#" & Con <Út> "Tèo""#, " O'Hara", #" \ % _ ;"#]
        for index in citizens.indices where index % 3 == 0 {
            let tail = tails[index / 3 % tails.count]
            let isRegistered = citizens[index].registeredName == citizens[index].name
            citizens[index].name += tail
            citizens[index].registeredName =
                isRegistered ? citizens[index].name : citizens[index].name + " Khác"
        }
    }

    /// The same name as another officer enters it: it is the same person.
    static func spelling(of name: String, _ draw: Draw) -> String {
        switch draw.below(4) {
        case 0: name.uppercased()
        case 1: name.decomposedStringWithCanonicalMapping
        case 2: " \(name)\u{200B} "
        default: name.lowercased()
        }
    }

    /// Puts awkward text into a dossier: at a limit and one past it, outside of the plain plane, decomposed, with
    /// control characters.
    static func text(_ dossier: inout SourceDossier, _ draw: Draw) {
        func x(_ count: Int) -> String { String(repeating: "x", count: count) }
        switch draw.below(9) {
        case 0: dossier.header[.note] = x(1998) + "😀"
        case 1: dossier.header[.note] = x(1999) + "😀"
        case 2: dossier.header[.note] = x(2000)
        case 3: dossier.header[.note] = x(2001)
        case 4: dossier.header[.note] = String(repeating: "a\u{301}", count: 1000) + x(1000)
        case 5: dossier.header[.note] = "Ghi\u{7}\u{0} chú\r\nhai\u{2028}ba <&> ]]> \"'\\ \u{FFFE}"
        case 6: dossier.header[.summary] = x(998) + "😀" + "yy"
        case 7: dossier.header[.summary] = x(999) + "😀"
        default:
            guard let last = dossier.documents.indices.last else { return }
            dossier.documents[last][.name] = "Tờ khai <b>&amp; \"một\" 😀\t\u{1F}.pdf"
        }
    }
}
