import Operating
import Testing
import Wire

@testable import Sandbox

@Suite("onestop make") struct OneStopMakeTests {
    let scratch: OneStopScratch

    init() throws { scratch = try OneStopScratch() }

    @Test("fills every table, and says what it made")
    func fills() throws {
        let made = try SampleMaker.make(scratch.order(300))
        #expect(made.dossiers == 300)
        for (table, count) in [
            ("dossier", made.dossiers), ("step", made.steps), ("document", made.files),
            ("fee", made.fees), ("procedure", made.procedures), ("unit", made.units),
        ] {
            #expect(try scratch.read("SELECT count(*) FROM \(table)") == [["\(count)"]])
        }
        #expect(try scratch.read("SELECT count(*) > 0 FROM supplement") == [["1"]])
        #expect(try scratch.read("SELECT count(*) > 0 FROM paper") == [["1"]])
    }

    @Test("makes the same database again from the same seed")
    func again() throws {
        _ = try SampleMaker.make(scratch.order(120))
        let second = try OneStopScratch()
        _ = try SampleMaker.make(second.order(120))
        for table in ["dossier", "step", "document", "fee", "paper", "supplement"] {
            let sql = "SELECT * FROM \(table) ORDER BY id"
            #expect(try scratch.read(sql) == second.read(sql))
        }
        #expect(readText(scratch.file("people.json")) == readText(second.file("people.json")))
    }

    @Test("holds back about the share that was asked for, for all kinds of reasons")
    func heldShare() throws {
        let maker = try OneStopScratch.maker(4000, heldShare: 0.1)
        var oracle = OracleCodes()
        oracle.communes = Set(maker.units.communes.compactMap(\.communeCode))
        let held = (10..<4000).filter { index in
            let dossier = maker.dossier(index)
            return dossier.statusWord != nil || dossier.procedure.nationalCode == nil
                || dossier.unit.name.isEmpty || dossier.unit.code.contains(".39.")
                || dossier.note.count > 2000 || dossier.impossibleDue != nil
                || dossier.code.count > 50 || dossier.code.allSatisfy { $0 == " " }
                || (dossier.acceptedAt == nil && ![1, 3].contains(dossier.status))
        }
        #expect((300...500).contains(held.count))
    }

    @Test("writes a catalogue and a register that the sandbox portal loads")
    func files() throws {
        _ = try SampleMaker.make(scratch.order(50))
        let catalogue = try Catalogue.load(path: scratch.file("catalogue.json"))
        #expect(catalogue.procedures.count == InventedProcedures.all.count)
        #expect(catalogue.units.contains { $0.code == "H21.101" })
        _ = try People.load(path: scratch.file("people.json"))
        let units = try OracleCodes.load(
            "\(OneStopScratch.project)/Config/codes", units: scratch.file("units.json5"))
        #expect(units.units["H21.30.01"]?.until == "20250701")
        #expect(units.units["H21.39.01"]?.successors.isEmpty == true)
    }

    @Test("refuses to overwrite, and leaves what is there alone")
    func twice() throws {
        _ = try SampleMaker.make(scratch.order(20))
        #expect(throws: Trouble.self) { try SampleMaker.make(scratch.order(40)) }
        #expect(try scratch.read("SELECT count(*) FROM dossier") == [["20"]])
    }

    @Test(
        "names what is wrong with an order",
        arguments: [
            ("province", "LT-7052"), ("profile", "LT-7063"), ("opencps", "LT-7053"),
            ("sources", "LT-7050"), ("until", "LT-7063"), ("database", "LT-7054"),
        ])
    func badOrders(what: String, code: String) throws {
        var order = scratch.order(10)
        switch what {
        case "province": order.province = "99"
        case "profile": order.profile = "igate"
        case "opencps": order.profile = "opencps"
        case "sources": order.sources = scratch.folder
        case "until": order.until = "2026-02-30"
        default: order.database = "\(scratch.folder)/none/onestop.db"
        }
        do {
            _ = try SampleMaker.make(order)
            Issue.record("the order was carried out")
        } catch {
            #expect(error.code == code)
        }
    }

    @Test("is carried out once what the message asks for is done")
    func cures() throws {
        func fault(_ order: SampleOrder) -> Trouble? {
            do throws(Trouble) {
                _ = try SampleMaker.make(order)
                return nil
            } catch {
                return error
            }
        }
        var order = scratch.order(10)
        order.province = "99"
        let province = try #require(fault(order))
        let code = try #require(province.fix.firstMatch(of: #/--province (\d\d)/#))
        order.province = String(code.1)

        let sources = order.sources
        order.sources = scratch.folder
        let place = try #require(fault(order))
        #expect(place.code == "LT-7050" && place.fix.hasSuffix("name the place with --sources."))
        order.sources = sources

        // A database that holds these tables already; another place has none.
        order.database = "\(scratch.folder)/none/onestop.db"
        let database = try #require(fault(order))
        #expect(database.code == "LT-7054" && database.fix.hasPrefix("Check --database"))
        order.database = scratch.file("other.db")
        #expect(fault(order) == nil)
    }

    @Test("tells an unknown option with the nearest known one", arguments: ["make", "work"])
    func options(command: String) {
        #expect(OneStopCommand.run([command, "--databse", "x"]) == ExitCode.usage.rawValue)
        #expect(OneStopCommand.run([command]) == ExitCode.usage.rawValue)
        #expect(OneStopCommand.run(["--help"]) == 0)
    }
}
