extension StoreSchema {
    /// What a lane remembers for a destination that has an order of its own (``ToldStep``, ``StatusWait``).
    static let statusOrder = """
        ALTER TABLE lane ADD COLUMN told TEXT;
        ALTER TABLE lane ADD COLUMN status_wait TEXT;
        ALTER TABLE lane ADD COLUMN status_wait_since INTEGER
            CHECK ((status_wait_since IS NULL) = (status_wait IS NULL));
        CREATE INDEX lane_status_wait ON lane (destination, status_wait)
            WHERE status_wait IS NOT NULL;

        """
}
