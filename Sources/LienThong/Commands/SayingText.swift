internal import Outbox
internal import Wire

/// What a destination said, as an operator reads it.
enum SayingText {
    static func render(_ saying: Saying, of destination: String) -> String {
        switch saying {
        case .open(let words): "“\(destination)” trả lời / says: \(words.shown)"
        case .sealed:
            "“\(destination)” có lời kèm theo, đã niêm phong; xem bằng tài khoản dịch vụ / its words are sealed; "
                + "to read them: sudo -u lienthongd lienthongd …"
        }
    }

    static func write(_ saying: Saying?, into writer: inout JSONWriter) {
        writer.key("words")
        switch saying {
        case .open(let words): writer.string(words.shown)
        case .sealed, nil: writer.null()
        }
        writer.member("wordsSealed", saying == .sealed)
    }
}
