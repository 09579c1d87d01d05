import Foundation

/// Debian's syslog-ng: lines come in over TCP, go out as one POST each with four workers, through a disk
/// buffer that survives a crash.
struct SyslogNG {
    let lab: Lab
    let sink: Sink
    /// How many lines a request carries; every request is full, for nothing is sent before.
    let lines: Int

    init(_ lab: Lab, sink: Sink, lines: Int = 1) {
        self.lab = lab
        self.sink = sink
        self.lines = lines
    }

    /// One worker with batches: four would each wait for lines that the others have.
    private var sending: String {
        lines == 1
            ? "workers(4)"
            : "workers(1) batch-lines(\(lines)) batch-timeout(600000) delimiter(\"\\n\")"
    }

    func send(records: Int, bytes: Int) throws -> Sent {
        let folder = lab.folder("syslog-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let port = try Sink.freePort()
        try Text.write("\(folder)/syslog-ng.conf", configuration(port: port, folder: folder))
        let program = try Program(
            [
                "/usr/sbin/syslog-ng", "-F", "--no-caps", "-f", "\(folder)/syslog-ng.conf", "-R",
                "\(folder)/persist", "-c", "\(folder)/control", "-p", "\(folder)/pid",
            ], in: folder)
        defer { program.stop(SIGKILL) }
        let wire = try Wire(port: port, within: 20)
        let before = try sink.requests()
        let cpu = program.cpuSoFar
        let began = Program.now()
        try wire.write(lines: records, bytes: bytes)
        let deadline = began + 600
        while try sink.requests() - before < records / lines {
            guard Program.now() < deadline else {
                throw Broken(
                    description: "syslog-ng did not send all: \(program.words.suffix(300))")
            }
            usleep(5000)
        }
        let seconds = Program.now() - began
        return Sent(
            rate: Double(records) / seconds,
            cpu: (program.cpuSoFar - cpu) / Double(records) * 1e6)
    }

    private func configuration(port: UInt16, folder: String) -> String {
        """
        @version: 3.38
        options { stats_freq(0); log_msg_size(65536); };
        source s { network(ip("127.0.0.1") port(\(port)) transport("tcp") flags(no-parse)
                           max-connections(4) log_iw_size(40000)); };
        destination d {
            http(url("\(sink.plain)/") method("POST") body("$MSG") \(sending)
                 headers("Content-Type: application/json")
                 disk-buffer(reliable(yes) disk-buf-size(2147483648) mem-buf-size(16777216)
                             dir("\(folder)")));
        };
        log { source(s); destination(d); flags(flow-control); };
        """
    }

    /// A TCP connection that lines are written into.
    private final class Wire {
        private let descriptor: Int32

        init(port: UInt16, within seconds: Double) throws {
            let deadline = Program.now() + seconds
            while true {
                let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
                if Sink.connects(descriptor, port) {
                    self.descriptor = descriptor
                    return
                }
                close(descriptor)
                guard Program.now() < deadline else {
                    throw Broken(description: "syslog-ng does not listen")
                }
                usleep(20_000)
            }
        }

        deinit { close(descriptor) }

        func write(lines: Int, bytes: Int) throws {
            let line = [UInt8](repeating: UInt8(ascii: "x"), count: bytes) + [UInt8(ascii: "\n")]
            let block = (0..<50).flatMap { _ in line }
            var left = lines
            while left > 0 {
                let count = min(left, 50) * line.count
                var offset = 0
                while offset < count {
                    let written = block.withUnsafeBytes {
                        $0.baseAddress.map {
                            Foundation.write(descriptor, $0 + offset, count - offset)
                        } ?? -1
                    }
                    guard written > 0 else { throw Broken(description: "syslog-ng hung up") }
                    offset += written
                }
                left -= min(left, 50)
            }
        }
    }
}
