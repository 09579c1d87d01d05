/// OpenCPS's own mappings, small enough to keep.
struct OpenCPSLists {
    struct Mapping {
        var group: String
        var national: String
        var name: String
    }
    struct Service {
        var group: String
        var fieldCode: String
        var fieldName: String
    }
    private struct Status {
        var group: String
        var word: String
        var subword: String
        var portal: String
    }

    private var mappings: [String: [Mapping]] = [:]
    private var services: [String: [Service]] = [:]
    private var statuses: [Status] = []

    init(_ session: any OneStopSession) throws {
        try session.rows(
            """
            SELECT servicecode, groupid, servicecodedvcqg, servicenamedvcqg
            FROM opencps_serviceinfomapping ORDER BY serviceinfomappingid
            """, []
        ) { it in
            let mapping = Mapping(
                group: it[1] ?? "", national: it[2] ?? "", name: it[3] ?? "")
            if !mapping.national.isEmpty { mappings[it[0] ?? "", default: []].append(mapping) }
        }
        try session.rows(
            """
            SELECT servicecode, groupid, domaincode, domainname
            FROM opencps_serviceinfo ORDER BY serviceinfoid
            """, []
        ) { it in
            services[it[0] ?? "", default: []].append(
                Service(group: it[1] ?? "", fieldCode: it[2] ?? "", fieldName: it[3] ?? ""))
        }
        try session.rows(
            """
            SELECT groupid, statuscode, substatuscode, statuscodedvcqg
            FROM opencps_dossierstatusmapping ORDER BY dossierstatusmappingid
            """, []
        ) { it in
            let status = Status(
                group: it[0] ?? "", word: it[1] ?? "", subword: it[2] ?? "", portal: it[3] ?? "")
            if !status.portal.isEmpty { statuses.append(status) }
        }
    }

    /// The office's own row before another's, the older before the younger.
    func mapping(_ code: String, group: String) -> Mapping? {
        let all = mappings[code] ?? []
        return all.first { $0.group == group } ?? all.first
    }

    func service(_ code: String, group: String) -> Service? {
        let all = services[code] ?? []
        return all.first { $0.group == group } ?? all.first
    }

    /// By sub-status first, then by status (contracts.md §2.11).
    func status(_ word: String, _ subword: String, group: String) -> String? {
        if !subword.isEmpty {
            let all = statuses.filter { $0.subword == subword }
            if let found = all.first(where: { $0.group == group }) ?? all.first {
                return found.portal
            }
        }
        let all = statuses.filter { $0.word == word && $0.subword.isEmpty }
        return (all.first { $0.group == group } ?? all.first)?.portal
    }
}

/// One payment file.
struct OpenCPSPayment {
    var name: String
    var fee: Int64
    var service: Int64
    var shipping: Int64
    var total: Int64
    var status: String
    var method: String

    func apply(to row: inout OracleRow) {
        let name = name.isEmpty ? "Phí, lệ phí" : name
        var parts = [(name, fee), ("Phí dịch vụ", service), ("Phí vận chuyển", shipping)]
        if fee == 0, service == 0, shipping == 0 { parts.append((name, total)) }
        for (name, amount) in parts where amount > 0 {
            row.fees.append(
                OracleRow.Fee(
                    name: name, code: nil, collection: nil, amount: String(amount), kind: nil))
        }
        guard let flag = onlineFlag else { return }
        // The national platform counts before the province's gateway.
        row.onlinePayment = row.onlinePayment == "1" ? "1" : flag
    }

    /// 1 paid over the national platform, 2 through the gateway; nil not paid or not online.
    private var onlineFlag: String? {
        guard ["3", "4", "5"].contains(status), !method.isEmpty else { return nil }
        let method = method.lowercased()
        let counters = ["tiền mặt", "trực tiếp", "tại quầy", "cash", "direct", "counter"]
        if counters.contains(where: { method.contains($0) }) { return nil }
        let nationals = ["payplat", "dvcqg", "cổng dịch vụ công quốc gia"]
        return nationals.contains { method.contains($0) } ? "1" : "2"
    }
}
