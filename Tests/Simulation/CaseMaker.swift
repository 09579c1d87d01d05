internal import Dossiers
internal import Sandbox
internal import Wire

/// Invents dossiers and what happens to them. Names and numbers are made up; identity numbers begin `000`.
enum CaseMaker {
    static let procedures: [(local: String, national: String, name: String, field: String)] = [
        ("TT-01", "1.001234", "Đăng ký khai sinh", "G15-HT01"),
        ("TT-02", "2.005678", "Cấp giấy phép xây dựng", "G13-XD03"),
        ("TT-03", "1.004444", "Chứng thực bản sao", "G15-CT02"),
        ("TT-04", "1.007777", "Đăng ký biến động đất đai", "G13-DD03"),
    ]
    static let fieldNames = [
        "G15-HT01": "Hộ tịch", "G13-XD03": "Xây dựng", "G15-CT02": "Chứng thực",
        "G13-DD03": "Đất đai",
    ]
    static let units = [
        ("H21.129", "UBND xã Thử Một"), ("H21.130", "UBND xã Thử Hai"), ("H21.09", "Sở Thử Nghiệm"),
    ]
    static let senderUnit = "000.00.00.H21"
    static let words = ["receiving", "new", "processing", "waiting", "paying", "releasing", "done"]
    /// Maps only in the second configuration.
    static let lateWord = "pausing"
    private static let family = ["Nguyễn", "Trần", "Lê", "Phạm", "Đỗ"]
    private static let given = ["Thử", "Mẫu", "Ví Dụ", "Giả Định", "Tưởng Tượng"]

    static var catalogue: Catalogue {
        Catalogue(
            senderUnit: senderUnit,
            procedures: (procedures
                + [(GroupCase.local, GroupCase.national, procedures[0].name, procedures[0].field)])
                .map {
                    Catalogue.Procedure(
                        code: $0.national, name: $0.name, fieldCode: $0.field,
                        fieldName: fieldNames[$0.field] ?? "")
                },
            units: units.map { Catalogue.Unit(code: $0.0, name: $0.1) })
    }

    struct Citizen {
        var name: String
        var number: String
        var birth: String
        var isPresent: Bool
        /// The name that the population database has, when it is another.
        var registeredName: String
    }

    static func citizens(_ count: Int, _ draw: Draw) -> [Citizen] {
        (0..<count).map { index in
            let name = "\(draw.one(of: family)) Văn \(draw.one(of: given)) \(letters(index))"
            let digits = String(100_000_000 + index).dropFirst()
            return Citizen(
                name: name, number: "0000\(digits)",
                birth: "\(1950 + draw.below(50))-0\(1 + draw.below(9))-1\(draw.below(10))",
                isPresent: !draw.happens(0.15),
                registeredName: draw.happens(0.15) ? name + " Khác" : name)
        }
    }

    private static func letters(_ index: Int) -> String {
        let alphabet = Array("ABCDEGHIKLMNOPQRSTUVXY")
        return String([alphabet[index % 22], alphabet[index / 22 % 22]])
    }

    static func people(_ citizens: [Citizen]) -> People {
        People(
            citizens.map {
                People.Person(
                    number: $0.number, name: $0.registeredName,
                    birth: $0.birth.filter { $0 != "-" }, isPresent: $0.isPresent)
            })
    }

    /// Naive local time, as the office writes it.
    static func text(_ milliseconds: Int64) -> String {
        let t = Timestamp(milliseconds: milliseconds).vietnam
        func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
        let rest = "00\(t.millisecond)".suffix(3)
        return
            "\(t.year)-\(two(t.month))-\(two(t.day)) \(two(t.hour)):\(two(t.minute)):\(two(t.second)).\(rest)"
    }

    static func arrival(key: Int64, citizen: Citizen, at now: Int64, _ draw: Draw) -> SourceDossier
    {
        var header = SourceRow<HeaderColumn>()
        let procedure = draw.one(of: procedures)
        let unit = draw.one(of: units)
        header[.code] = "\(unit.0)-260105-\(String(10_000 + key).dropFirst())"
        header[.localProcedureCode] = procedure.local
        header[.procedureName] = procedure.name
        header[.fieldCode] = procedure.field
        header[.fieldName] = fieldNames[procedure.field]
        header[.receiptNumber] = "BN\(key)"
        header[.channel] = String(1 + draw.below(3))
        header[.ownerKind] = "1"
        header[.ownerName] = citizen.name
        header[.identityNumber] = citizen.number
        header[.birthDate] = citizen.birth
        header[.summary] = procedure.name
        header[.submittedAt] = text(now)
        header[.acceptedAt] = text(now)
        header[.dueAt] = text(now + 5 * 86_400_000)
        header[.localStatus] = "receiving"
        header[.unitCode] = unit.0
        header[.unitName] = unit.1
        header[.submissionPlace] = "2"
        header[.deleted] = "0"
        var dossier = SourceDossier(key: SourceKey(key), header: header)
        dossier.steps.append(step(1, "receiving", at: now, draw))
        if draw.happens(0.5) { dossier.fees.append(fee(draw)) }
        if draw.happens(0.5) { dossier.documents.append(document(key * 100, draw)) }
        settle(&dossier)
        return dossier
    }

    static func step(_ id: Int, _ word: String, at now: Int64, _ draw: Draw) -> SourceRow<
        StepColumn
    > {
        var row = SourceRow<StepColumn>()
        row[.stepId] = String(id)
        row[.officer] = "Cán bộ \(draw.below(9))"
        row[.title] = "Chuyên viên"
        row[.performedAt] = text(now)
        row[.department] = "Bộ phận một cửa"
        row[.content] = "Xử lý bước \(id)"
        row[.localStatus] = word
        return row
    }

    static func fee(_ draw: Draw) -> SourceRow<FeeColumn> {
        var row = SourceRow<FeeColumn>()
        row[.name] = "Lệ phí \(draw.below(100))"
        row[.code] = "LP\(draw.below(9))"
        row[.collection] = "1"
        row[.amount] = String(1000 * (1 + draw.below(90)))
        row[.kind] = "1"
        return row
    }

    static func document(_ id: Int64, _ draw: Draw) -> SourceRow<DocumentColumn> {
        var row = SourceRow<DocumentColumn>()
        row[.id] = String(id)
        row[.name] = "Tờ khai \(draw.below(1000)).pdf"
        row[.isDeleted] = "0"
        row[.url] = "https://motcua.example/tep/\(id)"
        row[.isDigitised] = draw.happens(0.5) ? "1" : "0"
        row[.reuse] = "0"
        row[.fromWarehouse] = "0"
        return row
    }

    static func result(_ id: Int64, _ draw: Draw) -> SourceRow<ResultColumn> {
        var row = SourceRow<ResultColumn>()
        row[.id] = String(id)
        row[.name] = "Kết quả \(draw.below(1000)).pdf"
        row[.url] = "https://motcua.example/tep/\(id)"
        row[.resultCode] = "KQ.G21.\(String(1_000_000 + id).dropFirst())"
        return row
    }

    /// What the header's statement computes from other rows.
    static func settle(_ dossier: inout SourceDossier) {
        let isDigitised = dossier.documents.contains {
            $0[.isDigitised] == "1" && $0[.isDeleted] == "0"
        }
        dossier.header[.hasDigitisedComponent] = isDigitised ? "1" : "0"
    }
}
