import Foundation
import TestSupport

/// Capture alone: the first walk over a PostgreSQL one-stop database, every row read, normalized, rendered and
/// recorded, with nothing sent because the destination is in maintenance all day.
///
/// The yardstick is the database's own `COPY … TO STDOUT` of the very same joins, thrown away.
struct CaptureRow {
    static func measure(_ lab: Lab, _ sink: Sink) throws -> [Row] {
        let province = try Province(
            lab, try TestCluster.shared(), dossiers: lab.count(20_000, atLeast: 500))
        let script = try copyScript(lab, profile: province.profile)
        let (ours, theirs) = try lab.sideBySide {
            try walk(province, sink: sink)
        } _: {
            try Program.run(
                ["psql", "-X", "-q", "-d", province.database, "-o", "/dev/null", "-f", script],
                in: lab.folder("runs")
            ).seconds
        }
        let dossiers = Double(province.dossiers)
        return [
            Row(
                name: "capture alone", figure: median(ours.map { dossiers / $0 }),
                unit: "dossiers/s", yardstick: median(theirs.map { dossiers / $0 }),
                yardstickName: "COPY of the same joins", aim: .atLeast(0.3))
        ]
    }

    /// Seconds from the walk's first page to its last.
    private static func walk(_ province: Province, sink: Sink) throws -> Double {
        let post = try province.settle(
            at: sink.plain, delivery: Province.closed, level: "notice")
        defer { post.remove() }
        let daemon = try post.start()
        defer { daemon.stop() }
        let began = try daemon.moment(when: "captureWalkStarted", within: 60)
        return try daemon.moment(when: "captureWalkFinished", within: 600) - began
    }

    /// Every statement of the profile, for all dossiers at once.
    private static func copyScript(_ lab: Lab, profile: String) throws -> String {
        let settings: [(String, String)] = [
            ("keys", "(ARRAY(SELECT dossierid FROM opencps_dossier))"),
            ("file_url", "'https://motcua.example.vn/files/{uid}?id={id}'"),
            ("originalities", "'1,3'"),
            ("component_codes", "'.'"), ("waiting_step", "'210'"), ("denied_step", "'300'"),
            ("paid_statuses", "'3,4,5'"),
            ("national_payment", "'payplat|dvcqg|cổng dịch vụ công quốc gia'"),
            ("counter_payment", "'^$|tiền mặt|trực tiếp|tại quầy|cash|direct|counter'"),
        ]
        var script = settings.map { "\\set \($0.0) \(quoted($0.1))\n" }.joined()
        for name in ["headers", "progress", "documents", "fees", "supplements", "results"] {
            let path = "\(lab.home)/Config/sources/\(profile)/\(name).sql"
            let sql = try String(contentsOfFile: path, encoding: .utf8)
                .trimmingCharacters(in: .whitespacesAndNewlines)
            script += "COPY (\n\(sql.hasSuffix(";") ? String(sql.dropLast()) : sql)\n) TO STDOUT;\n"
        }
        let path = "\(lab.root)/copy.sql"
        try Text.write(path, script)
        return path
    }

    private static func quoted(_ text: String) -> String {
        "'\(text.replacingOccurrences(of: "'", with: "''"))'"
    }
}
