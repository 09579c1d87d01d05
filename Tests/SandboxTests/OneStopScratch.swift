import Foundation
import Operating
import SQLite
import Testing

@testable import Sandbox

/// A folder of one test's own, and orders that fit into it.
final class OneStopScratch {
    let folder: String
    /// The project's folder, found from this file.
    static let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    init() throws {
        folder = NSTemporaryDirectory() + "onestop-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func file(_ name: String) -> String { "\(folder)/\(name)" }

    /// An order whose times are fixed, so that the sample is.
    func order(
        _ dossiers: Int, profile: String = "reference", database: String? = nil, seed: UInt64 = 7,
        heldShare: Double = 0.05
    ) -> SampleOrder {
        var order = SampleOrder(
            profile: profile, database: database ?? file("onestop.db"), dossiers: dossiers)
        order.seed = seed
        order.sources = "\(OneStopScratch.project)/Config/sources"
        order.codes = "\(OneStopScratch.project)/Config/codes"
        order.catalogue = file("catalogue.json")
        order.people = file("people.json")
        order.units = file("units.json5")
        order.heldShare = heldShare
        order.until = "2026-03-31"
        return order
    }

    func comparison(
        profile: String = "reference", database: String? = nil, portal: String = ""
    ) -> ComparisonOrder {
        var order = ComparisonOrder(
            profile: profile, database: database ?? file("onestop.db"), portal: portal)
        order.codes = "\(OneStopScratch.project)/Config/codes"
        order.sources = "\(OneStopScratch.project)/Config/sources"
        order.units = file("units.json5")
        return order
    }

    func office(profile: String = "reference", database: String? = nil) -> OfficeOrder {
        var order = OfficeOrder(profile: profile, database: database ?? file("onestop.db"))
        order.codes = "\(OneStopScratch.project)/Config/codes"
        order.rate = 2000
        return order
    }

    func read(_ sql: String) throws -> [[String?]] {
        var rows: [[String?]] = []
        let session = SQLiteSession(try Database(path: file("onestop.db"), mode: .readWrite))
        try session.rows(sql, []) { rows.append($0) }
        return rows
    }

    static func maker(
        _ dossiers: Int, seed: UInt64 = 7, heldShare: Double = 0
    ) throws -> DossierMaker {
        let province = try Province.load("52", codes: "\(project)/Config/codes")
        return DossierMaker(
            plan: SamplePlan(
                dossiers: dossiers, seed: seed, until: OfficeTime(year: 2026, month: 3, day: 31),
                heldShare: heldShare, awkwardShare: 0),
            units: InventedUnits(province: province))
    }
}
