internal import Glibc
internal import LienThong
internal import Sandbox

/// The daemon and its commands. `lienthongd sandbox …` is the far side for the demo, in the same binary.
@main
enum Lienthongd {
    static func main() {
        let words = Array(CommandLine.arguments.dropFirst())
        exit(
            words.first == "sandbox"
                ? SandboxCommand.main(arguments: Array(words.dropFirst()))
                : CommandTable.main(words))
    }
}
