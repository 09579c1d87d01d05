package import Operating
internal import Wire

/// What `onestop make` is asked for.
package struct SampleOrder: Sendable {
    package var profile: String
    /// A file, or a PostgreSQL connection string.
    package var database: String
    package var dossiers: Int
    package var seed: UInt64 = 1
    /// Two digits; 52 is Gia Lai.
    package var province = "52"
    /// The folder `Config/sources`.
    package var sources: String?
    /// The folder `Config/codes`.
    package var codes: String?
    /// Where to write the portal's catalogue, the register of people and the list of old units.
    package var catalogue: String?
    package var people: String?
    package var units: String?
    package var heldShare = 0.01
    /// `YYYY-MM-DD`, or nil for today: the sample reaches up to this day.
    package var until: String?
    package var filesURL = "https://motcua.example/tep/"

    package init(profile: String, database: String, dossiers: Int) {
        self.profile = profile
        self.database = database
        self.dossiers = dossiers
    }
}

/// What a sample holds.
package struct SampleMade: Sendable, Equatable {
    package var dossiers = 0
    package var steps = 0
    package var files = 0
    package var fees = 0
    package var people = 0
    package var procedures = 0
    package var units = 0
}

/// Makes a one-stop database: tables, code lists, people, dossiers; all of it or nothing.
package enum SampleMaker {
    private static let batch = 1000

    package static func make(_ order: SampleOrder) throws(Trouble) -> SampleMade {
        guard let profile = OneStopProfile(rawValue: order.profile) else {
            throw .optionUnknownValue(
                "--profile", order.profile, OneStopProfile.allCases.map(\.rawValue))
        }
        let place = OneStopPlace(order.database)
        let tables = profile.tables(filesURL: order.filesURL)
        guard let schema = tables.schemaFile(place.engine) else {
            throw .oneStopUnsupported(order.profile)
        }
        let schemaPath = "\(order.sources ?? ProjectFolder.config("sources"))/\(schema)"
        guard let ddl = readText(schemaPath) else {
            throw .sandboxFileUnreadable(schemaPath, option: "--sources")
        }
        let maker = try maker(order)
        let session = try place.open(create: true, applicationName: "lienthong-sandbox")
        let made: SampleMade
        do {
            // So that an office at work and a daemon that reads do not wait for each other.
            if place.engine == .sqlite { try session.execute("PRAGMA journal_mode = WAL") }
            try session.execute("BEGIN")
            try session.execute(ddl)
            made = try fill(session, tables, maker)
            try session.execute("COMMIT")
            try session.execute("ANALYZE")
        } catch { throw .oneStop(error) }
        try write(order, maker)
        return made
    }

    private static func maker(_ order: SampleOrder) throws(Trouble) -> DossierMaker {
        let province = try Province.load(
            order.province, codes: order.codes ?? ProjectFolder.config("codes"))
        var until = OfficeTime(WallClock.system.now().wall)
        if let day = order.until {
            guard let given = OfficeTime(day: day) else {
                throw .optionUnknownValue("--until", day, ["YYYY-MM-DD"])
            }
            until = given
        }
        return DossierMaker(
            plan: SamplePlan(
                dossiers: order.dossiers, seed: order.seed, until: until,
                heldShare: order.heldShare, filesURL: order.filesURL),
            units: InventedUnits(province: province))
    }

    private static func fill(
        _ session: any OneStopSession, _ tables: any OneStopTables, _ maker: DossierMaker
    ) throws -> SampleMade {
        try tables.loadCodes(maker.units, into: session)
        try tables.loadPeople(maker.people, into: session)
        var numbers = RowNumbers()
        let shapes = tables.tables
        for start in stride(from: 0, to: maker.plan.dossiers, by: batch) {
            var pages: [[[Cell]]] = Array(repeating: [], count: shapes.count)
            for index in start..<min(start + batch, maker.plan.dossiers) {
                for part in tables.rows(maker.dossier(index), &numbers) {
                    pages[part.table].append(contentsOf: part.rows)
                }
            }
            for (shape, rows) in zip(shapes, pages) { try session.load(shape, rows) }
        }
        return SampleMade(
            dossiers: maker.plan.dossiers, steps: Int(numbers.step), files: Int(numbers.file),
            fees: Int(numbers.fee), people: maker.people.count,
            procedures: InventedProcedures.all.count, units: maker.units.all.count)
    }

    private static func write(_ order: SampleOrder, _ maker: DossierMaker) throws(Trouble) {
        if let path = order.catalogue { try writeFile(path, SampleFiles.catalogue(maker.units)) }
        if let path = order.people { try writeFile(path, SampleFiles.people(maker.people)) }
        if let path = order.units { try writeFile(path, SampleFiles.units(maker.units)) }
    }
}
