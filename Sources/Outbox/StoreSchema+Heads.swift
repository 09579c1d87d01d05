extension StoreSchema {
    /// Where a lane stands, in the lane's own row; a delivery is its content alone.
    ///
    /// `head` is the one delivery of a lane that may be sent (head_state 0 ready), asked about (2 uncertain) or
    /// is parked (3); everything else that the lane owes stands behind it, and a lane without a head owes
    /// nothing or waits. A lane has one row, so it cannot have two heads. An index entry is written when a lane
    /// begins to owe something and removed when it owes nothing more, not with each delivery.
    ///
    /// `delivery.id` is lane × 2²⁸ + operation × 2²⁶ + revision (``DeliveryNumber``), which is a lane's order.
    /// `flight` also counts what is owed, the lanes there are and those that are confirmed in the
    /// generation at hand, so that nobody has to count them, and knows when a destination's row was last written.
    ///
    /// What was under way when the last process of an older version ended is uncertain here already.
    static let heads = """
        ALTER TABLE lane ADD COLUMN owed INTEGER NOT NULL DEFAULT 0 CHECK (owed >= 0);
        ALTER TABLE lane ADD COLUMN backlog INTEGER NOT NULL DEFAULT 0
            CHECK (backlog BETWEEN 0 AND 1);
        ALTER TABLE lane ADD COLUMN head INTEGER
            CHECK (head IS NULL OR (head >> 28 = id AND owed > 0));
        ALTER TABLE lane ADD COLUMN head_state INTEGER
            CHECK ((head_state IS NULL) = (head IS NULL)
                AND (head_state IS NULL OR (head_state BETWEEN 0 AND 3 AND head_state <> 1)));
        ALTER TABLE lane ADD COLUMN head_due INTEGER CHECK ((head_due IS NULL) = (head IS NULL));
        ALTER TABLE lane ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0);
        ALTER TABLE lane ADD COLUMN answer TEXT;
        ALTER TABLE lane ADD COLUMN cause TEXT
            CHECK ((cause IS NOT NULL) = (head_state IS 3) AND (cause IS NULL OR length(cause) > 0));

        -- steps: 20 bytes a step, its mark as in `lane` and the length of its bytes in the body.
        -- doubt: 1 while it may have arrived: it is probed before it is sent.
        CREATE TABLE delivery_content (
            id INTEGER PRIMARY KEY
                CHECK (id >> 28 > 0 AND id >> 26 & 3 BETWEEN 1 AND 3 AND id & 67108863 > 0),
            doubt INTEGER NOT NULL CHECK (doubt BETWEEN 0 AND 1),
            recorded_at INTEGER NOT NULL,
            key BLOB NOT NULL CHECK (length(key) = 32),
            digest BLOB NOT NULL CHECK (length(digest) = 32),
            steps BLOB CHECK (length(steps) > 0 AND length(steps) % 20 = 0),
            body BLOB NOT NULL CHECK (length(body) >= 28),
            CHECK ((id >> 26 & 3 = 2) = (steps IS NOT NULL))
        ) STRICT;

        \(underWay)
        UPDATE delivery SET state = 2, doubt = 1
            WHERE operation <> 3 AND state = 0 AND id IN (SELECT id FROM under_way);
        DROP TABLE under_way;

        -- In a lane's order through its index: sorting would carry all bodies along.
        INSERT INTO delivery_content
            SELECT (lane << 28) + (operation << 26) + revision, doubt, recorded_at, key, digest, steps,
                body
            FROM delivery ORDER BY lane, operation, revision;
        UPDATE lane SET owed = d.owed, backlog = d.backlog
            FROM (SELECT lane, count(*) AS owed, min(backlog) AS backlog FROM delivery
                GROUP BY lane) AS d
            WHERE lane.id = d.lane;
        UPDATE lane SET head = (lane.id << 28) + (d.operation << 26) + d.revision,
                head_state = d.state, head_due = d.due_at, attempts = d.attempts,
                answer = d.answer, cause = d.cause
            FROM delivery AS d WHERE d.lane = lane.id AND d.state <> 1;
        DROP TABLE delivery;
        ALTER TABLE delivery_content RENAME TO delivery;

        DROP INDEX lane_confirmed;
        -- `head_state` stands in front so that SQLite answers from the index alone.
        CREATE INDEX lane_ready ON lane (head_state, destination, backlog, head_due)
            WHERE head_state = 0;
        CREATE INDEX lane_uncertain ON lane (head_state, destination, head_due)
            WHERE head_state = 2;
        CREATE INDEX lane_parked ON lane (head_state, destination, cause) WHERE head_state = 3;

        ALTER TABLE flight ADD COLUMN owed INTEGER NOT NULL DEFAULT 0 CHECK (owed >= 0);
        ALTER TABLE flight ADD COLUMN lanes INTEGER NOT NULL DEFAULT 0 CHECK (lanes >= 0);
        ALTER TABLE flight ADD COLUMN confirmed INTEGER NOT NULL DEFAULT 0 CHECK (confirmed >= 0);
        ALTER TABLE flight ADD COLUMN written_at INTEGER NOT NULL DEFAULT 0;
        INSERT OR IGNORE INTO flight (destination, deliveries, acknowledged, attempts)
            SELECT id, x'', 0, 0 FROM destination;
        UPDATE flight SET deliveries = x'', \(counts),
            written_at = (SELECT coalesce(max(recorded_at), 0) FROM delivery);
        """

    /// The deliveries of `flight`, eight bytes each.
    private static let underWay = """
        CREATE TEMP TABLE under_way (id INTEGER PRIMARY KEY);
        INSERT INTO under_way
            WITH RECURSIVE part (destination, place) AS (
                SELECT destination, 0 FROM flight WHERE length(deliveries) > 0
                UNION ALL
                SELECT part.destination, place + 8 FROM part JOIN flight
                    ON flight.destination = part.destination
                WHERE place + 8 < length(deliveries))
            SELECT id FROM delivery INDEXED BY delivery_head
            WHERE state <> 1 AND printf('%016X', id) IN (
                SELECT hex(substr(deliveries, place + 1, 8))
                FROM part JOIN flight ON flight.destination = part.destination);
        """

    /// What `flight` counts, counted.
    static let counts = """
        owed = (SELECT coalesce(sum(owed), 0) FROM lane WHERE destination = flight.destination),
        lanes = (SELECT count(*) FROM lane WHERE destination = flight.destination),
        confirmed = (SELECT count(*) FROM lane WHERE destination = flight.destination
            AND confirmed >= coalesce(
                (SELECT CAST(CAST(value AS TEXT) AS INTEGER) FROM meta WHERE name = 'generation'), 1))
        """
}
