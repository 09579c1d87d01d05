internal import CPostgres
internal import Glibc

extension PostgresConnection {
    /// Subscribes this session to a channel. The corresponding statement is `LISTEN`.
    package func listen(_ channel: String) throws(PostgresError) {
        guard let quoted = PQescapeIdentifier(connection, channel, channel.utf8.count) else {
            throw PostgresError(sqlState: "42602", summary: "the channel's name is not valid")
        }
        defer { PQfreemem(quoted) }
        try execute("LISTEN \(String(cString: quoted))")
    }

    /// Sleeps until a notification arrives, the descriptor becomes readable, or the time is over.
    ///
    /// - Parameter descriptor: an `eventfd` or the like; it is only watched, never read.
    /// - Returns: true when a notification has arrived, also before the call.
    /// - Throws: when the server has closed the connection meanwhile.
    package func waitForNotification(
        milliseconds: Int64, interruptedBy descriptor: Int32? = nil
    ) throws(PostgresError) -> Bool {
        let deadline = PostgresConnection.steadyMilliseconds() + max(0, milliseconds)
        while true {
            guard !isGivenUp, PQconsumeInput(connection) == 1 else { throw lost() }
            if takeNotifications() { return true }
            let left = deadline - PostgresConnection.steadyMilliseconds()
            var descriptors = [pollfd(fd: PQsocket(connection), events: Int16(POLLIN), revents: 0)]
            if let descriptor {
                descriptors.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
            }
            let ready = poll(&descriptors, nfds_t(descriptors.count), Int32(clamping: max(0, left)))
            if ready < 0, errno != EINTR { throw lost() }
            if ready > 0, descriptors[0].revents == 0 { return false }
            if left <= 0, ready <= 0 { return false }
        }
    }

    /// Takes every notification that has arrived; their payloads are nobody's business.
    private func takeNotifications() -> Bool {
        var any = false
        while let notification = PQnotifies(connection) {
            PQfreemem(notification)
            any = true
        }
        return any
    }
}
