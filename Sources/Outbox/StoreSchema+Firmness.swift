extension StoreSchema {
    /// What waits because of its destination, and what waits for its own sake.
    ///
    /// After a fault a delivery's due time is mostly a guess about the destination, and worth nothing when the
    /// destination is well. `firm` says that it is more than that: the destination asked for this wait, or the
    /// delivery fails where others pass.
    static let firmness = """
        ALTER TABLE lane ADD COLUMN firm INTEGER NOT NULL DEFAULT 0 CHECK (firm BETWEEN 0 AND 1);
        """
}
