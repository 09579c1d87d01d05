/// Where one cycle kills the daemon.
struct CrashPoint {
    enum Place: Hashable {
        /// On entering the n-th such system call of a thread, counted from the start of the process.
        case call(String)
        /// The same, counted from the moment at which the daemon is asked to stop.
        case callOfStopping(String)
        /// On writing the n-th line of a thread to the log.
        case logLine
        /// At no place in particular, the n-th hundredth of a second.
        case moment
    }

    var place: Place
    var number: Int

    var name: String {
        switch place {
        case .call(let name): name
        case .callOfStopping(let name): "\(name) while stopping"
        case .logLine: "log line"
        case .moment: "any moment"
        }
    }

    /// The calls by which the daemon touches the world: its store (`pwrite64`, `fdatasync`, `ftruncate`,
    /// `unlink`), its destinations (`connect`, `sendto`, `recvfrom`), its live status (`rename`).
    private static let calls: [(name: String, most: Int)] = [
        ("pwrite64", 400), ("fdatasync", 60), ("sendto", 40), ("recvfrom", 80), ("connect", 8),
        ("openat", 130), ("ftruncate", 6), ("rename", 2), ("unlink", 2),
    ]
    private static let stoppingCalls: [(name: String, most: Int)] = [
        ("pwrite64", 40), ("fdatasync", 6), ("recvfrom", 12), ("unlink", 3), ("close", 12),
    ]

    /// Every place in turn, each time one call later; what has many calls comes more often.
    static func sequence() -> CrashSequence {
        let places: [(Place, Int)] =
            [
                (.call("pwrite64"), 400), (.call("sendto"), 40), (.call("fdatasync"), 60),
                (.call("recvfrom"), 80), (.moment, 90), (.logLine, 60),
            ] + calls.map { (.call($0.name), $0.most) } + [(.call("sendto"), 40)]
            + stoppingCalls.map { (.callOfStopping($0.name), $0.most) }
        return CrashSequence(places: places)
    }
}

/// The points of a matrix, one after the other.
struct CrashSequence {
    let places: [(CrashPoint.Place, Int)]
    private var position = 0
    private var numbers: [CrashPoint.Place: Int] = [:]

    init(places: [(CrashPoint.Place, Int)]) { self.places = places }

    mutating func next() -> CrashPoint {
        let (place, most) = places[position % places.count]
        position += 1
        let number = numbers[place, default: 0] % most + 1
        numbers[place] = number
        return CrashPoint(place: place, number: number)
    }

    /// The process has not come so far: begin again with the first call.
    mutating func wasNotReached(_ point: CrashPoint) { numbers[point.place] = 0 }
}
