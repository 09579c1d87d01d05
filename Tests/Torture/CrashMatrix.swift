/// Kills the daemon at each place in turn.
final class CrashMatrix {
    init(_ options: TortureOptions) throws {}
    func run() throws -> Bool { false }
}
