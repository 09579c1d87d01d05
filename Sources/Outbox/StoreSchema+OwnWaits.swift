extension StoreSchema {
    /// Until when a delivery waits for its own sake; the rest of its wait is a guess about its destination.
    ///
    /// A destination that asks for two seconds does not ask for the half minute that our own back-off adds.
    static let ownWaits = """
        ALTER TABLE lane ADD COLUMN own_until INTEGER NOT NULL DEFAULT 0;
        UPDATE lane SET own_until = head_due WHERE firm = 1 AND head IS NOT NULL;
        ALTER TABLE lane DROP COLUMN firm;
        """
}
