internal import Glibc

/// `lienthong-sandbox onestop`.
enum OneStopCommand {
    static func run(_ arguments: [String]) -> Int32 { EX_UNAVAILABLE }
}
