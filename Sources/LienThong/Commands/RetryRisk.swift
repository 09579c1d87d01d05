internal import Contracts
internal import Dossiers
internal import Glibc
internal import Operating
internal import Outbox

/// Whether sending refused steps again may enter them twice: at a destination that lists no steps nobody can find
/// out what it has, and it appends what it is sent.
struct RetryRisk {
    private let place: StatePlace
    private let arguments: Arguments
    /// Deliveries that are looked at; more than are ever retried by somebody who reads what he retries.
    private static let most = 100_000

    init(_ place: StatePlace, _ arguments: Arguments) {
        self.place = place
        self.arguments = arguments
    }

    /// - Throws: LT-6024 when the filter meets steps of such a destination.
    func demandNone(in filter: DeliveryFilter) throws(Trouble) {
        let reader = try place.reader()
        let parked = try onStore { try reader.parked(filter, limit: RetryRisk.most) }
        var steps: [String: Int] = [:]
        for entry in parked where entry.operation == .history && RetryRisk.isRefusal(entry.cause) {
            steps[entry.destination, default: 0] += 1
        }
        for (destination, count) in steps.sorted(by: { $0.key < $1.key })
        where try cannotTell(destination) {
            throw .retryMayDouble(DestinationID(destination), count: count)
        }
    }

    /// Of the others it is known that they may have arrived, or that they were not sent: asking is what they wait for.
    private static func isRefusal(_ cause: ParkCause) -> Bool {
        switch cause {
        case .rejected, .needsMapping, .exhausted: true
        case .undecidable, .outOfOrder, .keyConflict, .unreadable, .headerMissing: false
        }
    }

    /// A configuration or a contract that cannot be read is told by `check`; the daemon asks in any case.
    private func cannotTell(_ destination: String) throws(Trouble) -> Bool {
        let path = arguments.value("config") ?? Configuration.standardPath
        guard access(path, R_OK) == 0 else { return false }
        let section = try Settings.load(path: path).optionalSection("destinations")?
            .optionalSection(destination)
        guard let name = try section?.optionalString("contract") else { return false }
        let contract = try Contract.load(
            path: name.contains("/")
                ? name
                : "\(try ShareDirectory.locate(arguments.value("share")))/contracts/\(name).json5")
        return !contract.probeShowsSteps && !contract.repeatedStep.isHarmless
    }
}

extension Trouble {
    static func retryMayDouble(_ destination: DestinationID, count: Int) -> Trouble {
        let name = destination.rawValue
        return Trouble(
            "LT-6024", .usage,
            vietnamese:
                "\(count) bản tin tiến độ: “\(name)” không cho tra cứu từng bước, gửi lại có thể làm một bước bị ghi hai lần.",
            english:
                "\(count) deliveries of progress: “\(name)” does not list steps, so sending them again may enter a step twice.",
            fixVietnamese:
                "Xem tiến độ trên trang của “\(name)”. Đã có: lienthongd queue discard …; chưa có: thêm --may-double",
            fix:
                "Look at the progress on the page of “\(name)”. If it is there: lienthongd queue discard …; if it is not: add --may-double"
        )
    }
}
