@main
enum Lienthongd {
    static func main() {}
}
