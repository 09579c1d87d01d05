internal import Foundation

/// What the rules ask about a text, found in one pass over its UTF-8.
struct TextFacts {
    /// Length in UTF-16 units.
    var length = 0
    /// A control character other than `\n`.
    var hasControl = false
    var hasLineEnd = false
    /// Unicode NFC.
    var isComposed = true

    init(_ bytes: ArraySlice<UInt8>) {
        var isPlain = true
        for byte in bytes {
            switch byte {
            case 0x0A: hasLineEnd = true
            case 0..<0x20, 0x7F: hasControl = true
            case 0x20..<0x7F: break
            default:
                isPlain = false
            }
            if isPlain { length += 1 }
        }
        if !isPlain { inspect(String(decoding: bytes, as: UTF8.self)) }
    }

    private mutating func inspect(_ text: String) {
        length = 0
        var isDoubtful = false
        for scalar in text.unicodeScalars {
            length += scalar.value > 0xFFFF ? 2 : 1
            switch scalar.value {
            case 0x0A: hasLineEnd = true
            case 0..<0x20, 0x7F..<0xA0, 0xFDD0...0xFDEF, 0xFFFE, 0xFFFF: hasControl = true
            // Latin and its Vietnamese letters are composed already.
            case 0x20..<0x300, 0x1E00..<0x1F00, 0x2010..<0x2030: break
            default: isDoubtful = true
            }
        }
        if isDoubtful {
            isComposed = text.unicodeScalars.elementsEqual(
                text.precomposedStringWithCanonicalMapping.unicodeScalars)
        }
    }
}

/// Shapes of scalar values, on bytes.
enum TextShape {
    static func isDigits(_ bytes: ArraySlice<UInt8>) -> Bool {
        !bytes.isEmpty && bytes.allSatisfy { (0x30...0x39).contains($0) }
    }

    /// `yyyyMMddHHmmss` that the calendar and the clock have, in a year that a dossier can have.
    static func isTime(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.count == 14, isDigits(bytes) else { return false }
        let digits = bytes.map { Int($0 - 0x30) }
        func number(_ from: Int, _ count: Int) -> Int {
            digits[from..<from + count].reduce(0) { $0 * 10 + $1 }
        }
        let (year, month, day) = (number(0, 4), number(4, 2), number(6, 2))
        return (1900...2199).contains(year) && isDate(year, month, day)
            && number(8, 2) < 24 && number(10, 2) < 60 && number(12, 2) < 60
    }

    static func isDate(_ year: Int, _ month: Int, _ day: Int) -> Bool {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...12).contains(month) && day >= 1 && day <= lengths[month - 1]
    }

    /// `http://host/…` or `https://host/…` in printable ASCII without spaces.
    static func isURL(_ bytes: ArraySlice<UInt8>) -> Bool {
        let schemes = ["http://", "https://"].map { Array($0.utf8) }
        guard let scheme = schemes.first(where: { bytes.starts(with: $0) }),
            bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x3C && $0 != 0x3E })
        else { return false }
        let rest = bytes.dropFirst(scheme.count)
        let host = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
        return !host.isEmpty && !host.contains(UInt8(ascii: "@"))
    }

    static func isEmail(_ bytes: ArraySlice<UInt8>) -> Bool {
        let parts = bytes.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
            && bytes.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    static func isPhone(_ bytes: ArraySlice<UInt8>) -> Bool {
        let allowed = Array("+() .-".utf8)
        return bytes.contains { (0x30...0x39).contains($0) }
            && bytes.allSatisfy { (0x30...0x39).contains($0) || allowed.contains($0) }
    }

    static func isDossierCode(_ bytes: ArraySlice<UInt8>) -> Bool {
        let allowed = Array(".-_/".utf8)
        return bytes.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
            default: allowed.contains(byte)
            }
        }
    }

    /// `KQ.G15.000031`.
    static func isResultCode(_ bytes: ArraySlice<UInt8>) -> Bool {
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].elementsEqual("KQ".utf8), let level = parts[1].first else {
            return false
        }
        return (0x41...0x5A).contains(level) && isDigits(parts[1].dropFirst())
            && isDigits(parts[2])
    }

    /// Whether an identity number or tax code was invented for tests.
    static func isInvented(_ bytes: ArraySlice<UInt8>) -> Bool { bytes.starts(with: "000".utf8) }

    static func isIdentity(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, UInt8(ascii: "-"): true
            default: false
            }
        }
    }
}
