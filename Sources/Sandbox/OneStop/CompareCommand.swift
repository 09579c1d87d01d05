internal import Glibc

/// `lienthong-sandbox compare`.
enum CompareCommand {
    static func run(_ arguments: [String]) -> Int32 { EX_UNAVAILABLE }
}
