/// Something that an operator must know, in words that he can act on.
///
/// Every trouble that reaches a person has a stable code, Vietnamese and English text, a fix, and a line
/// in the handbook's table of codes. None of its texts ever carries a citizen's data or a secret:
/// they name files, settings, columns, hosts, dossier codes and counts.
///
/// Codes are given by area: 1xxx configuration, contracts, profiles and credentials; 2xxx what cannot be
/// normalized; 3xxx the source database; 4xxx the state store; 5xxx network and destinations; 6xxx the
/// command line; 7xxx sandbox and demo.
package struct Trouble: Error, Hashable, Sendable, CustomStringConvertible {
    package var code: String
    package var vietnamese: String
    package var english: String
    /// What to do, best as the exact command or the exact line to change.
    package var fix: String
    package var fixVietnamese: String
    package var exit: ExitCode

    package init(
        _ code: String, _ exit: ExitCode, vietnamese: String, english: String,
        fixVietnamese: String, fix: String
    ) {
        self.code = code
        self.exit = exit
        self.vietnamese = vietnamese
        self.english = english
        self.fixVietnamese = fixVietnamese
        self.fix = fix
    }

    /// Four lines, as a terminal shows them.
    package var description: String {
        """
        \(code): \(vietnamese)
          \(english)
          → \(fixVietnamese)
          → \(fix)
        """
    }
}

/// How a command ends, after `sysexits.h`.
package enum ExitCode: Int32, Hashable, Sendable {
    case ok = 0
    /// Findings exist, or something is held: the command worked, the answer is "not all well".
    case findings = 1
    case usage = 64
    case dataError = 65
    case noInput = 66
    case noHost = 68
    case unavailable = 69
    case software = 70
    case systemError = 71
    case cannotCreate = 73
    case inputOutput = 74
    case temporaryFailure = 75
    case protocolError = 76
    case noPermission = 77
    case configuration = 78
}
