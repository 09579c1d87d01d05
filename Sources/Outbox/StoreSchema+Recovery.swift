extension StoreSchema {
    /// What the store knows of its own memory.
    ///
    /// `lane.met` is the generation in which a destination last said whether it holds the dossier,
    /// `lane.confirmed` the one in which nothing unexplained was left there (see ``Store/doubt(_:now:)``).
    /// A store that is brought up from an older version has forgotten nothing. `flight.turns` counts claims and
    /// settlements, so that a copy of the store can be told from what came after it, even when nothing
    /// was written into the ledger between.
    static let recovery = """
        ALTER TABLE lane ADD COLUMN met INTEGER NOT NULL DEFAULT 0 CHECK (met >= 0);
        ALTER TABLE lane ADD COLUMN confirmed INTEGER NOT NULL DEFAULT 0
            CHECK (confirmed BETWEEN 0 AND met);
        UPDATE lane SET met = 1, confirmed = 1;
        -- A question has no effect at its destination: its lane is never in doubt.
        UPDATE lane SET met = \(Lane.always), confirmed = \(Lane.always)
            WHERE code LIKE 'person-%' AND destination IN (SELECT destination FROM person);
        CREATE INDEX lane_confirmed ON lane (destination, confirmed);
        ALTER TABLE flight ADD COLUMN turns INTEGER NOT NULL DEFAULT 0 CHECK (turns >= 0);
        """
}
