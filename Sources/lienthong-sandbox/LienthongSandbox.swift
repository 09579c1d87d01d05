internal import Glibc
internal import Sandbox

@main
enum LienthongSandbox {
    static func main() {
        exit(SandboxCommand.main(arguments: Array(CommandLine.arguments.dropFirst())))
    }
}
