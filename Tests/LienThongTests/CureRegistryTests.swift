import Foundation
import TestSupport
import Testing

/// Where each printed cure is carried out, so that one that does not cure is found before an operator finds it.
private enum Cure {
    /// A test carries it out, and the trouble is gone afterwards: the file and the function.
    case test(String, String)
    /// The same under a real systemd: a line of `.ci/systemd-service-inside`.
    case systemd(String)
    /// No machine can: why.
    case people(String)
    /// A machine could, and no test does yet. There may only be fewer of them.
    case owed
}

private let refused = "LienThongTests/RefusedConfigurationTests.swift"
private let check = "LienThongTests/CheckTests.swift"
private let source = "LienThongTests/SourceTroubleTests.swift"
private let server = "LienThongTests/PostgresSourceTests.swift"
private let store = "LienThongTests/StateStoreTroubleTests.swift"
private let survival = "LienThongTests/SurvivalTests.swift"

private let typed = "what was typed is typed again, as the message shows it"
private let office =
    "the office corrects its own data; that a corrected row frees its dossier is tested once for all rules"
private let developers = "it is a defect, and the developers are told"
private let machine = "the machine's clock, disk or network is its owner's"

private let cures: [String: Cure] = {
    var cures: [String: Cure] = [:]
    func add(_ cure: Cure, _ codes: Int...) { for code in codes { cures["LT-\(code)"] = cure } }
    add(.test(refused, "settings"), 1001, 1002, 1004, 1005, 1008, 1009)
    add(.systemd("LT-1003: corrected and reloaded"), 1003)
    add(.systemd("LT-1301: the file written and restarted, as printed"), 1301)
    add(.test(refused, "credentials"), 1302, 1303, 1305, 1307, 1120, 1121, 1122, 5001, 5002, 5004)
    add(
        .test(refused, "shipped"), 1006, 1102, 1103, 1105, 1130, 1201, 1202, 1203, 1204, 1208, 1211,
        1401, 1402, 1406)
    add(.test(check, "everything"), 1014, 1017, 1018, 1022, 2004, 3004)
    add(.test(check, "service"), 1016)
    add(.test(check, "zones"), 1020)
    add(.test(check, "keys"), 3003, 3009)
    add(.systemd("LT-5110: corrected and restarted, as printed"), 1023, 5110)
    add(.systemd("LT-6031: with the rights of root, as printed"), 6031)
    add(.test(source, "comesLater"), 3007)
    add(.test(source, "refusesAnswers"), 3006)
    add(.test("CaptureTests/DoubtTests.swift", "refused"), 3016)
    add(.test("CaptureTests/SQLiteFeedTests.swift", "orphaned"), 3038)
    add(.test("CaptureTests/ListingTests.swift", "walk"), 3039)
    add(.test(source, "locked"), 3002)
    add(.test(server, "killed"), 3001)
    add(.test(server, "readOnly"), 3005)
    add(.test(server, "feed"), 3020, 3021, 3025)
    add(.test(store, "twoDaemons"), 4002)
    add(.test(store, "fullDisk"), 4003)
    add(.test(store, "readOnly"), 1306, 4004)
    add(.test(survival, "remounted"), 4005)
    add(.test(survival, "locked"), 4007)
    add(.test(survival, "moved"), 4015)
    add(.test("LienThongTests/ReloadTests.swift", "reload"), 6033)
    add(.test("LienThongTests/UnreadLogTests.swift", "log"), 6030)
    // Without a daemon, where it can be done in the process of the test.
    let contracts = "ContractsTests/CureTests.swift"
    add(.test(contracts, "files"), 1104, 1106, 1107, 1108, 1109, 1111, 1112, 1113, 1140)
    add(.test(contracts, "incomplete"), 1110)
    add(.test(contracts, "absent"), 1101)
    add(.test(contracts, "settings"), 1123, 1124, 1125)
    add(.test("DossiersTests/CureTests.swift", "tables"), 1403, 1404, 1405)
    add(
        .test("CaptureTests/CureTests.swift", "profiles"), 1205, 1206, 1207, 1209, 1210, 3010)
    add(.test("CaptureTests/UnreadableTests.swift", "alone"), 3012)
    add(.test("CaptureTests/TooLargeTests.swift", "text"), 3013)
    add(.test("CaptureTests/TooLargeTests.swift", "narrowed"), 3014)
    add(.test("CaptureTests/BlindFeedTests.swift", "net"), 3015)
    add(.test("CaptureTests/DoubtTests.swift", "policies"), 3017)
    add(.test("CaptureTests/DoubtTests.swift", "otherSchema"), 3018)
    add(.test("CaptureTests/DoubtTests.swift", "found"), 3019)
    add(.test("CaptureTests/ChangeFeedTests.swift", "mayNotTrim"), 3022)
    add(.test("CaptureTests/SweepTests.swift", "pace"), 3023)
    let install = "CaptureTests/FeedInstallTests.swift"
    add(.test(install, "otherTables"), 3024, 3033)
    add(.test(install, "lockedFile"), 3026)
    add(.test(install, "busy"), 3035)
    add(.test(install, "eventTriggers"), 3036)
    add(.test(install, "removal"), 3037)
    add(.test("CaptureTests/UndisturbedTests.swift", "locked"), 3031)
    add(.test("CaptureTests/ReplicationTests.swift", "crash"), 3032)
    add(.test("CaptureTests/HistoryTests.swift", "restored"), 3050)
    let outbox = "OutboxTests/CureTests.swift"
    add(.test(outbox, "folder"), 4001)
    add(.test(outbox, "damaged"), 4006)
    add(.test(outbox, "key"), 4009)
    add(.test(outbox, "shortKey"), 4010)
    add(.test(outbox, "start"), 4011)
    add(.test(outbox, "older"), 4012)
    add(.test("OutboxTests/WitnessTests.swift", "missing"), 4033)
    add(.test("OutboxTests/WitnessTests.swift", "unwritable"), 4034)
    add(.test("LienThongTests/RecoveryTests.swift", "restored"), 4031)
    add(.test("LienThongTests/RecoveryTests.swift", "deleted"), 4032)
    add(.test("CouriersTests/RecoveryTests.swift", "contradicted"), 4035)
    add(.test("CouriersTests/RecoveryTests.swift", "told"), 4036)
    let parked = "CouriersTests/ParkedCureTests.swift"
    add(.test(parked, "rejected"), 5101)
    add(.test(parked, "needsMapping"), 5102)
    add(.test(parked, "undecidable"), 5103)
    add(.test(parked, "exhausted"), 5104)
    add(.test(parked, "keyConflict"), 5105)
    add(.test(parked, "unreadable"), 5106)
    add(.test(parked, "headerMissing"), 5107)
    add(.test(parked, "outOfOrder"), 5108)
    add(.test(parked, "refused"), 5112)
    add(.test(parked, "insecure"), 5113)
    add(.test(parked, "unsendable"), 5114)
    add(.test(parked, "passing"), 5115, 5119)
    add(.test(parked, "wrongAddress"), 5118)
    add(.test("CouriersTests/ComprehensionTests.swift", "cure"), 5130)
    add(.people(machine), 1010, 1012, 1021, 6102)
    add(.people("only the destination's operator knows"), 1024, 5111, 5116, 5117, 5120, 5121, 5122)
    add(.people("only the database's owner knows which database was meant"), 1019, 3030)
    add(.people(developers), 1126, 1127, 3034, 4014, 4099, 6103)
    add(.people("a newer release than this one is not there to be installed"), 4008)
    add(
        .people(office), 2001, 2002, 2003, 2006, 2007, 2008, 2009, 2010, 2011, 2012, 2013, 2014,
        2015,
        2016, 2017, 2031, 2032, 2033, 2034, 2036)
    add(
        .people(typed), 6001, 6002, 6003, 6004, 6005, 6006, 6007, 6008, 6009, 6010, 6011, 6012,
        6013,
        6014, 6020, 6021, 6022, 6023, 6032, 7001, 7005, 7006, 7053, 7060, 7061, 7062, 7063)
    let commands = "LienThongTests/CureTests.swift"
    add(.test(commands, "unreachable"), 1013, 6015)
    add(.test(commands, "folder"), 1011)
    add(.test(commands, "lostKey"), 1308)
    add(.test(commands, "damagedSource"), 3008)
    add(.test(commands, "rights"), 1304)
    add(.test(commands, "lists"), 6110, 6112, 6113, 6114)
    add(.test(commands, "mappings"), 2005)
    add(.test("LienThongTests/CountedTests.swift", "list"), 6025)
    add(.test(store, "unusable"), 1015)
    add(.test(source, "readOnlyFolder"), 3011)
    add(
        .owed, 6024, 1007, 2035, 4013, 5003, 5005, 6034, 6101, 6111, 7002, 7003, 7051, 7055, 7056,
        7101, 7102, 7103, 7104)
    add(.test("SandboxTests/OneStopMakeTests.swift", "cures"), 7050, 7052, 7054)
    add(.test("SandboxTests/PortalServerTests.swift", "troubles"), 7004)
    return cures
}()

@Suite("Every cure that is printed") struct CureRegistryTests {
    private func text(_ path: String) throws -> String {
        try String(contentsOfFile: "\(Program.checkout)/\(path)", encoding: .utf8)
    }

    /// All codes that the sources know.
    private func codes() throws -> Set<String> {
        var codes: Set<String> = []
        let root = URL(fileURLWithPath: "\(Program.checkout)/Sources")
        let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
        while let file = files?.nextObject() as? URL {
            guard file.pathExtension == "swift" else { continue }
            let source = try String(contentsOf: file, encoding: .utf8)
            for match in source.matches(of: /"(LT-[0-9]{4})"/) { codes.insert(String(match.1)) }
        }
        return codes
    }

    @Test("stands here, with the test that carries it out or the reason why none can")
    func complete() throws {
        let codes = try codes()
        #expect(codes.count > 150)
        let missing = codes.subtracting(cures.keys).sorted()
        #expect(missing.isEmpty, "carry out their cures in a test, and name it here: \(missing)")
        let gone = Set(cures.keys).subtracting(codes).sorted()
        #expect(gone.isEmpty, "no source knows them any more: \(gone)")
    }

    @Test("is carried out by a test that there is")
    func exists() throws {
        let inside = try text(".ci/systemd-service-inside")
        for (code, cure) in cures {
            switch cure {
            case .test(let file, let function):
                let source = try text("Tests/\(file)")
                #expect(source.contains("func \(function)("), "\(code): \(file) \(function)")
            case .systemd(let words):
                #expect(inside.contains("expect \"\(words)\""), "\(code): \(words)")
            case .people(let reason): #expect(!reason.isEmpty)
            case .owed: break
            }
        }
    }

    @Test("is owed a test less often than before")
    func owed() {
        let owed = cures.values.count { if case .owed = $0 { true } else { false } }
        // Lower it with each that is carried out; a new code has its cure carried out at once.
        #expect(owed <= 19)
    }
}
