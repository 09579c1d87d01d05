internal import Glibc

/// What something in one copy of a database costs an office: the same transactions on both copies, one after
/// the other and in changing order, so that what slows the machine slows both.
final class OfficeOverhead {
    private let sides: [Side]

    private final class Side {
        let act: OfficeAct
        var dice: Dice
        var microseconds: [Double] = []

        init(_ order: OfficeOrder) throws {
            let office = try Office(order)
            let book = office.profile.book(
                try office.place.open(applicationName: "lienthong-sandbox overhead"),
                office.shared, office.profile.tables(filesURL: order.filesURL), order)
            act = OfficeAct(book: book, maker: office.maker, shared: office.shared)
            dice = Dice(seed: order.seed, stream: 0x6000_0000_0000)
        }

        func transaction() throws {
            let session = act.book.session
            let start = Side.now()
            try session.execute(session.engine == .sqlite ? "BEGIN IMMEDIATE" : "BEGIN")
            _ = try act.perform(&dice)
            try session.execute("COMMIT")
            microseconds.append(Side.now() - start)
        }

        private static func now() -> Double {
            var time = timespec()
            // Cannot fail with this clock.
            clock_gettime(CLOCK_MONOTONIC, &time)
            return Double(time.tv_sec) * 1_000_000 + Double(time.tv_nsec) / 1000
        }
    }

    init(_ measured: OfficeOrder, against plain: OfficeOrder) throws {
        sides = [try Side(measured), try Side(plain)]
    }

    func run(transactions: Int) throws -> OverheadFigures {
        // Caches and plans are warm after a tenth.
        let warm = transactions / 10
        for number in 0..<(transactions + warm) {
            if number == warm { for side in sides { side.microseconds = [] } }
            for index in number % 2 == 0 ? [0, 1] : [1, 0] { try sides[index].transaction() }
        }
        return OverheadFigures(with: sides[0].microseconds, without: sides[1].microseconds)
    }
}

/// Times of a transaction in microseconds, and their ratios.
struct OverheadFigures {
    let transactions: Int
    let medianWith: Double
    let medianWithout: Double
    /// Sums without the slowest twentieth, which is the machine's.
    let sumRatio: Double

    init(with: [Double], without: [Double]) {
        transactions = with.count
        let (one, other) = (with.sorted(), without.sorted())
        medianWith = one[one.count / 2]
        medianWithout = other[other.count / 2]
        func sum(_ times: [Double]) -> Double { times.prefix(times.count * 19 / 20).reduce(0, +) }
        sumRatio = sum(one) / sum(other)
    }

    var line: String {
        func percent(_ ratio: Double) -> String {
            let tenths = Int(((ratio - 1) * 1000).rounded())
            return "\(tenths < 0 ? "-" : "+")\(abs(tenths) / 10).\(abs(tenths) % 10) %"
        }
        return """
            giao dịch / transactions \(transactions); trung vị / median \(Int(medianWith)) µs với / with, \
            \(Int(medianWithout)) µs không / without: \(percent(medianWith / medianWithout)); \
            tổng / sum: \(percent(sumRatio))
            """
    }
}
