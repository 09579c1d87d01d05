/// Why a text is not JSON5, and where.
struct JSON5Error: Error, Equatable {
    enum Problem: Equatable {
        case expected(Expected)
        case tooDeep
        case notUTF8
        case unfinishedComment
        case unfinishedText
        case escape
        case number
        /// A name that already stands in the same section: which of the two counts would be a guess.
        case duplicate(String)
        case notASection
    }

    /// What should stand there, as English; its Vietnamese beside it.
    enum Expected: String {
        case value = "a value"
        case key = "a key"
        case colon = "':'"
        case commaOrBracket = "',' or ']'"
        case commaOrBrace = "',' or '}'"
        case end = "the end of the file"

        var vietnamese: String {
            switch self {
            case .value: "một giá trị"
            case .key: "tên khoá"
            case .colon: "dấu ':'"
            case .commaOrBracket: "dấu ',' hoặc ']'"
            case .commaOrBrace: "dấu ',' hoặc '}'"
            case .end: "kết thúc tệp"
            }
        }
    }

    var problem: Problem
    /// Both from 1; the column counts characters.
    var line: Int
    var column: Int

    var english: String {
        "line \(line), column \(column): \(words.english)"
    }

    var vietnamese: String {
        "dòng \(line), cột \(column): \(words.vietnamese)"
    }

    private var words: (vietnamese: String, english: String) {
        switch problem {
        case .expected(let what): ("cần có \(what.vietnamese)", "expected \(what.rawValue)")
        case .tooDeep: ("lồng nhau quá sâu", "nested too deep")
        case .notUTF8: ("không phải văn bản UTF-8", "not UTF-8 text")
        case .unfinishedComment: ("chú thích không kết thúc", "a comment without an end")
        case .unfinishedText:
            ("chuỗi không kết thúc trên dòng này", "a text without an end on its line")
        case .escape: ("chuỗi thoát sau \\ không hợp lệ", "an escape after \\ that there is not")
        case .number: ("không phải là số", "not a number")
        case .duplicate(let name):
            (
                "khoá “\(name)” đã có trong cùng mục",
                "the key “\(name)” already stands in this section"
            )
        case .notASection:
            ("cả tệp phải là một mục { … }", "the whole document must be one section { … }")
        }
    }
}
