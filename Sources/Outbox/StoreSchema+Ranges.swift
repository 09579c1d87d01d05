extension StoreSchema {
    /// The same numbers as before, said as ranges.
    ///
    /// SQLite answers `IN` with three values or more from a table of its own making, which it makes anew for
    /// every row written: 16 KiB zeroed, filled and thrown away, six times a delivery, a third of the writer's
    /// instructions. `BETWEEN` is two comparisons. The columns are INTEGER of STRICT tables, so both refuse
    /// the same; nothing on disk changes (lang_altertable.html, 7).
    static let ranges = """
        PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET sql = replace(replace(replace(replace(sql,
            'IN (1, 2, 3, 4)', 'BETWEEN 1 AND 4'),
            'IN (0, 1, 2, 3)', 'BETWEEN 0 AND 3'),
            'IN (1, 2, 3)', 'BETWEEN 1 AND 3'),
            'IN (0, 1, 2)', 'BETWEEN 0 AND 2')
        WHERE type = 'table';
        PRAGMA writable_schema = RESET;
        """
}
