@main
enum LienthongSandbox {
    static func main() {}
}
