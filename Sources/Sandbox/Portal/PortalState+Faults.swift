internal import Wire

extension PortalState {
    enum System: String { case portal, population, groups }

    private func isTroubled(_ system: System) -> Bool {
        let scope = switches.choice(.faultsApplyTo)
        return scope == "both" || scope == system.rawValue
    }

    /// A reply that comes instead of any work; nil when the request may go on.
    mutating func interruption(_ chance: Chance, _ system: System, now: Moment) -> ServedReply? {
        guard isTroubled(system) else { return nil }
        if !takeToken(now: now.steady) {
            counters.fault(.rateLimit)
            return throttled(429, chance, now: now)
        }
        if burstLeft > 0 {
            burstLeft -= 1
            counters.fault(.serverError)
            return .text(503, "Service Unavailable")
        }
        if take(.throttle, chance) {
            return throttled(chance.uniform("status") < 0.5 ? 429 : 503, chance, now: now)
        }
        if take(.serverError, chance) {
            burstLeft = switches.count(.burstLength) - 1
            return .text([500, 502, 503, 504][Int(chance.number("status") % 4)], "Error")
        }
        if take(.html, chance) {
            let page = """
                <!DOCTYPE html><html><head><title>502 Bad Gateway</title></head>
                <body><h1>502 Bad Gateway</h1><hr>VXPAdapter</body></html>
                """
            return ServedReply(
                status: chance.uniform("status") < 0.5 ? 502 : 200, contentType: "text/html",
                body: .bytes(Array(page.utf8)))
        }
        if take(.dropBefore, chance) { return .dropped }
        return nil
    }

    /// The reply after what a bad network does to it; the work is done by then.
    mutating func spoiled(_ reply: ServedReply, _ chance: Chance, _ system: System) -> ServedReply {
        guard isTroubled(system) else { return reply }
        var reply = reply
        if take(.dropAfter, chance) {
            reply.manner = .dropped
        } else if take(.delay, chance) {
            reply.manner = .delayed(milliseconds: Int64(switches.count(.delayMilliseconds)))
        } else if take(.slow, chance) {
            reply.manner = .dripping(milliseconds: Int64(switches.count(.slowMilliseconds)))
        } else if take(.truncate, chance) {
            reply.manner = .truncated
        } else if take(.garbage, chance) {
            let noise = (0..<64).map { UInt8(truncatingIfNeeded: chance.number("noise\($0)")) }
            reply.body = .bytes(noise)
        } else if take(.gzipBomb, chance) {
            reply.contentEncoding = "gzip"
            reply.body = .bytes(GzipBomb.bytes)
        }
        return reply
    }

    /// How long the reply to come is held back by the `delay` fault, without counting it.
    func pendingDelay(_ chance: Chance, _ system: System) -> Int64 {
        guard isTroubled(system), !chance.hits(.dropAfter, switches), chance.hits(.delay, switches)
        else { return 0 }
        return Int64(switches.count(.delayMilliseconds))
    }

    /// Decides a fault and counts it.
    mutating func take(_ fault: Switch, _ chance: Chance) -> Bool {
        guard chance.hits(fault, switches) else { return false }
        counters.fault(fault)
        return true
    }

    private func throttled(_ status: Int, _ chance: Chance, now: Moment) -> ServedReply {
        var reply = ServedReply.text(status, status == 429 ? "Too Many Requests" : "Busy")
        let seconds = switches.count(.retryAfterSeconds)
        var form = switches.choice(.retryAfterForm)
        if form == "mixed" { form = chance.uniform("form") < 0.5 ? "seconds" : "date" }
        switch form {
        case "seconds": reply.retryAfter = String(seconds)
        case "date":
            reply.retryAfter = HTTPDate.text(now.wall.adding(milliseconds: Int64(seconds) * 1000))
        default: break
        }
        return reply
    }
}

/// The preferred form of an HTTP date (RFC 9110 §5.6.7).
enum HTTPDate {
    static func text(_ moment: Timestamp) -> String {
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        let time = CivilTime(millisecondsAsUTC: moment.milliseconds)
        // 1970-01-01 was a Thursday.
        let day = days[Int(moment.milliseconds / 86_400_000 % 7)]
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(day), \(two(time.day)) \(months[time.month - 1]) \(time.year) "
            + "\(two(time.hour)):\(two(time.minute)):\(two(time.second)) GMT"
    }
}
