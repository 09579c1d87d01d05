/// The rows of a table while it is read. What would grow beyond its bounds is refused when it does, not when all
/// of it stands in memory: a small file can describe a very large table.
struct TableRows {
    struct TooLarge: Error {}

    /// A list of the portal's has some twenty columns; this is a hundred thousand of its rows and more.
    static let cellLimit = 4_000_000
    static let rowLimit = 1_000_000

    private let cellLimit: Int
    private let rowLimit: Int
    private(set) var rows: [[String]] = []
    private var row: [String] = []
    private var cells = 0

    init(cellLimit: Int = TableRows.cellLimit, rowLimit: Int = TableRows.rowLimit) {
        self.cellLimit = cellLimit
        self.rowLimit = rowLimit
    }

    /// The next free column of the row that is being read.
    var column: Int { row.count }

    /// Adds a cell to the row, in the next column or in one further right; those between are empty. A column
    /// that is there already is written again.
    mutating func add(_ text: String, at column: Int? = nil) throws(TooLarge) {
        let place = column ?? row.count
        guard place >= row.count else {
            row[place] = text
            return
        }
        cells += place + 1 - row.count
        guard cells <= cellLimit else { throw TooLarge() }
        row.append(contentsOf: repeatElement("", count: place - row.count))
        row.append(text)
    }

    /// Ends the row; the next cell begins another.
    mutating func endRow() throws(TooLarge) {
        guard rows.count < rowLimit else { throw TooLarge() }
        rows.append(row)
        row = []
    }
}
