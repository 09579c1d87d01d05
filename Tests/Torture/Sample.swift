import Foundation
import Glibc
import Operating
import Wire

/// What one look at the daemon found.
struct Sample {
    /// Seconds since the start of the soak.
    var at: Double
    /// The daemon's life it belongs to, and how old that life was in seconds.
    var life: Int
    var age: Double
    var residentKiB = 0
    var peakKiB = 0
    var anonymousKiB = 0
    var threads = 0
    var descriptors = 0
    var processorSeconds = 0.0
    var storeBytes: Int64 = 0
    /// Taken effect at the portal, since its start.
    var delivered = 0
    /// Waiting to be sent, as the daemon itself says.
    var backlog = 0
    var isCalm = false

    static let columns =
        "seconds,life,age,rss_kib,hwm_kib,anon_kib,threads,fds,cpu_seconds,store_bytes,delivered,backlog,calm"

    var row: String {
        let numbers = [
            String(format: "%.1f", at), "\(life)", String(format: "%.1f", age), "\(residentKiB)",
            "\(peakKiB)", "\(anonymousKiB)", "\(threads)", "\(descriptors)",
            String(format: "%.2f", processorSeconds), "\(storeBytes)", "\(delivered)", "\(backlog)",
            isCalm ? "1" : "0",
        ]
        return numbers.joined(separator: ",")
    }

    /// Reads what `/proc` says of the process; false when it is gone.
    mutating func read(process: pid_t, state: String) -> Bool {
        guard let bytes = readFile("/proc/\(process)/status") else { return false }
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            guard words.count > 1, let value = Int(words[1]) else { continue }
            switch words[0] {
            case "VmRSS:": residentKiB = value
            case "VmHWM:": peakKiB = value
            case "RssAnon:": anonymousKiB = value
            case "Threads:": threads = value
            default: break
            }
        }
        let open = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd")
        descriptors = open?.count ?? 0
        let text = String(decoding: readFile("/proc/\(process)/stat") ?? [], as: UTF8.self)
        // utime and stime are the 14th and 15th fields; the 2nd, in brackets, may hold blanks.
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        if fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) {
            processorSeconds = (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
        }
        for name in ["state.sqlite", "state.sqlite-wal"] {
            var facts = stat()
            if stat("\(state)/\(name)", &facts) == 0 { storeBytes += Int64(facts.st_size) }
        }
        if let live = try? JSONValue(parsing: readFile("\(state)/live.json") ?? []) {
            backlog = (live["destinations"]?.items ?? []).reduce(0) {
                $0 + $1.count("queued") + $1.count("inFlight")
            }
        }
        return residentKiB > 0
    }
}
