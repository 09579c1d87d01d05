internal import Foundation
package import Operating

/// The invented citizens of the population database.
package struct People: Sendable {
    package struct Person: Sendable {
        /// Twelve digits, or nine for an old identity card.
        package var number: String
        package var name: String
        /// `yyyyMMdd` or `yyyy`.
        package var birth: String
        /// False for a number that the database does not know.
        package var isPresent: Bool

        package init(number: String, name: String, birth: String, isPresent: Bool = true) {
            self.number = number
            self.name = name
            self.birth = birth
            self.isPresent = isPresent
        }

        /// As the database writes it: upper case, with its accents.
        var officialName: String { name.precomposedStringWithCanonicalMapping.uppercased() }

        /// Whether a name as asked is this person's, with all of its accents or without any.
        func answers(toName asked: String) -> Bool {
            let official = officialName
            return asked == official || asked == People.withoutAccents(official)
        }

        /// Whether a birth as asked (`yyyyMMdd` or `yyyy`) agrees as far as both sides know.
        func answers(toBirth asked: String) -> Bool {
            asked.count == 4 || birth.count == 4
                ? asked.prefix(4) == birth.prefix(4) : asked == birth
        }
    }

    private let byNumber: [String: Person]

    package init(_ people: [Person]) {
        byNumber = Dictionary(people.map { ($0.number, $0) }) { first, _ in first }
    }

    package var count: Int { byNumber.count }

    func person(_ number: String) -> Person? {
        byNumber[number].flatMap { $0.isPresent ? $0 : nil }
    }

    static func withoutAccents(_ name: String) -> String {
        var plain = String.UnicodeScalarView()
        for scalar in name.decomposedStringWithCanonicalMapping.unicodeScalars {
            switch scalar {
            case "\u{300}"..."\u{36F}": break
            case "Đ": plain.append("D")
            case "đ": plain.append("d")
            default: plain.append(scalar)
            }
        }
        return String(plain)
    }

    package static func load(path: String) throws(Trouble) -> People {
        guard let bytes = readFile(path) else {
            throw .sandboxFile(path, reason: String(cString: strerror(errno)))
        }
        guard let tape = JSONTape(bytes), tape.kind(tape.root) == .array else {
            throw .sandboxFileShape(path, expected: "[{ number, name, birth, present }]")
        }
        var people: [Person] = []
        for item in tape.items(tape.root) {
            guard let number = tape.string(tape.member(item, "number")),
                let name = tape.string(tape.member(item, "name")),
                let birth = tape.string(tape.member(item, "birth"))
            else { throw .sandboxFileShape(path, expected: "number, name, birth") }
            let present = tape.member(item, "present").map {
                tape.raw($0).elementsEqual("true".utf8)
            }
            people.append(
                Person(number: number, name: name, birth: birth, isPresent: present ?? true))
        }
        return People(people)
    }
}
