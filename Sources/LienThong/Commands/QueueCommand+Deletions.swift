internal import Dossiers
internal import Operating
internal import Outbox
internal import Wire

// A dossier that is gone from the source is held for a person: these are that person's two words.
extension QueueCommand {
    /// `queue acknowledge`: the deletion is meant, and is nobody's business any more.
    static func acknowledge(_ place: StatePlace, _ arguments: Arguments) throws(Trouble)
        -> ExitCode
    {
        let codes = arguments.all("dossier").map { DossierCode($0) }
        guard !codes.isEmpty || arguments.has("all") else { throw .deletionOfWhat }
        let reason = try reason(arguments)
        let desk = try place.desk()
        for code in codes {
            let count = try onStore { try desk.countDeletions(.held, codes: [code]) }
            guard count > 0 else { throw .notDeleted(code) }
        }
        let count = try onStore {
            arguments.has("dry-run")
                ? try desk.countDeletions(.held, codes: codes)
                : try desk.acknowledgeDeletions(codes, reason: reason, now: place.now)
        }
        return tell(count, vietnamese: "đã ghi nhận là đã xoá", english: "acknowledged", arguments)
    }

    /// `queue confirm-deletions`: a mass disappearance that stopped everything is real.
    static func confirmDeletions(_ place: StatePlace, _ arguments: Arguments) throws(Trouble)
        -> ExitCode
    {
        let reason = try reason(arguments)
        let desk = try place.desk()
        let count = try onStore {
            arguments.has("dry-run")
                ? try desk.countDeletions(.suspected, codes: [])
                : try desk.confirmDisappearance(reason: reason, now: place.now)
        }
        return tell(
            count, vietnamese: "được giữ là đã xoá ở nguồn", english: "held as deleted", arguments)
    }

    private static func tell(
        _ count: Int, vietnamese: String, english: String, _ arguments: Arguments
    ) -> ExitCode {
        if arguments.has("json") {
            var writer = JSONWriter()
            writer.beginObject()
            writer.member("dossiers", Int64(count))
            writer.endObject()
            Output.json(writer.finish())
        } else {
            let dry = arguments.has("dry-run") ? " (--dry-run)" : ""
            Output.text("\(count) hồ sơ \(vietnamese). / \(count) dossiers \(english).\(dry)")
        }
        return .ok
    }
}

extension Trouble {
    static var deletionOfWhat: Trouble {
        Trouble(
            "LT-6020", .usage,
            vietnamese: "Cần nói rõ hồ sơ nào đã xoá: --dossier MaHoSo, hoặc --all.",
            english: "Say which deleted dossiers: --dossier CODE, or --all.",
            fixVietnamese: "Xem: lienthongd queue list --rule deletedInSource",
            fix: "See: lienthongd queue list --rule deletedInSource")
    }

    static func notDeleted(_ code: DossierCode) -> Trouble {
        Trouble(
            "LT-6021", .noInput,
            vietnamese: "Hồ sơ \(code.rawValue) không bị giữ vì đã xoá ở nguồn.",
            english: "The dossier \(code.rawValue) is not held as deleted in the source.",
            fixVietnamese: "Xem: lienthongd queue list --rule deletedInSource",
            fix: "See: lienthongd queue list --rule deletedInSource")
    }

    /// More disappeared at once than an office deletes.
    static func massDisappearance(_ missing: Int64) -> Trouble {
        Trouble(
            "LT-3030", .dataError,
            vietnamese:
                "\(missing) hồ sơ cùng biến mất khỏi cơ sở dữ liệu nguồn; chưa hồ sơ nào bị coi là đã xoá.",
            english:
                "\(missing) dossiers disappeared from the source at once; none is taken for deleted.",
            fixVietnamese:
                "Kiểm tra: đúng cơ sở dữ liệu, quyền đọc còn đủ, bản khôi phục có cũ không. Nếu thật sự đã xoá: lienthongd queue confirm-deletions --reason \"…\"",
            fix:
                "Check that it is the right database, that the account may still read everything, that no old copy was restored. If they are really deleted: lienthongd queue confirm-deletions --reason \"…\""
        )
    }
}
