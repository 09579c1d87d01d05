internal import Dossiers

extension StoreSchema {
    /// Where a lane stands, in the lane's own row, and how it is found, in its dossier's.
    ///
    /// `head` is the one delivery of a lane that may be sent (head_state 0 ready), asked about (2 uncertain) or
    /// is parked (3); everything else that the lane owes stands behind it, and a lane without a head owes
    /// nothing or waits. A lane has one row, so it cannot have two heads. An index entry is written when a lane
    /// begins to owe something and removed when it owes nothing more, not with each delivery.
    ///
    /// A delivery is its content, in the table of its operation; `place` is lane × 2²⁶ + revision
    /// (``DeliveryNumber``), which is a lane's order.
    ///
    /// A code was found in two places, by its dossier and by each of its lanes. Codes come in no order, so each was
    /// a page written for one entry. Now a dossier knows its lanes (``DossierLanes``), a person the lane of its
    /// questions, and `stray` the lanes of codes that no row of the source owns at the moment.
    ///
    /// `flight` also counts what is owed, the lanes there are and those that are confirmed in the
    /// generation at hand, so that nobody has to count them, and knows when a destination's row was last written.
    ///
    /// What was under way when the last process of an older version ended is uncertain here already.
    static let heads = """
        CREATE TABLE lane_now (
            id INTEGER PRIMARY KEY CHECK (id > 0),
            destination INTEGER NOT NULL REFERENCES destination (id),
            code TEXT NOT NULL CHECK (length(code) BETWEEN 1 AND 200),
            -- Where it stands.
            owed INTEGER NOT NULL CHECK (owed >= 0),
            backlog INTEGER NOT NULL CHECK (backlog BETWEEN 0 AND 1),
            head INTEGER CHECK (head IS NULL OR (head >> 28 = id AND owed > 0)),
            head_state INTEGER CHECK (head_state BETWEEN 0 AND 3 AND head_state <> 1),
            head_due INTEGER,
            attempts INTEGER NOT NULL CHECK (attempts >= 0),
            answer TEXT,
            cause TEXT CHECK (length(cause) > 0),
            -- What it was given.
            revision INTEGER NOT NULL CHECK (revision BETWEEN 0 AND 67108863),
            state_revision INTEGER NOT NULL CHECK (state_revision BETWEEN 0 AND revision),
            acknowledged_revision INTEGER NOT NULL
                CHECK (acknowledged_revision BETWEEN 0 AND state_revision),
            existence INTEGER NOT NULL CHECK (existence BETWEEN 0 AND 2),
            met INTEGER NOT NULL CHECK (met >= 0),
            confirmed INTEGER NOT NULL CHECK (confirmed BETWEEN 0 AND met),
            last_line INTEGER NOT NULL CHECK (last_line >= 0),
            digest BLOB CHECK (length(digest) = 32),
            steps BLOB NOT NULL CHECK (length(steps) % 16 = 0),
            told TEXT,
            -- What it waits for.
            awaits INTEGER REFERENCES person (id),
            awaits_until INTEGER,
            status_wait TEXT,
            status_wait_since INTEGER,
            CHECK ((head_state IS NULL) = (head IS NULL)),
            CHECK ((head_due IS NULL) = (head IS NULL)),
            CHECK ((cause IS NOT NULL) = (head_state IS 3)),
            CHECK ((digest IS NULL) = (state_revision = 0)),
            CHECK ((awaits IS NULL) = (awaits_until IS NULL)),
            CHECK ((status_wait_since IS NULL) = (status_wait IS NULL))
        ) STRICT;

        \(deliveries(.state, steps: "CHECK (steps IS NULL)"))
        \(deliveries(.history, steps: "NOT NULL CHECK (length(steps) > 0 AND length(steps) % 20 = 0)"))
        \(deliveries(.verify, steps: "CHECK (steps IS NULL)"))

        CREATE TABLE stray (code TEXT PRIMARY KEY, lanes TEXT NOT NULL CHECK (lanes <> ''))
            STRICT, WITHOUT ROWID;
        ALTER TABLE dossier ADD COLUMN lanes TEXT NOT NULL DEFAULT ''
            CHECK (lanes = '' OR owns_code = 1);
        ALTER TABLE person ADD COLUMN lane INTEGER;

        \(moving)
        \(finding)

        DROP TABLE delivery;
        DROP TABLE lane;
        ALTER TABLE lane_now RENAME TO lane;
        -- For whoever looks at all of them.
        CREATE VIEW delivery AS \(allDeliveries);
        CREATE INDEX lane_awaits ON lane (awaits) WHERE awaits IS NOT NULL;
        CREATE INDEX lane_patience ON lane (destination, awaits_until)
            WHERE awaits_until IS NOT NULL;
        CREATE INDEX lane_status_wait ON lane (destination, status_wait)
            WHERE status_wait IS NOT NULL;
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

    /// Deliveries and lanes as they stand; what `flight` says is under way (eight bytes a delivery) is uncertain.
    private static let moving = """
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
        UPDATE delivery SET state = 2, doubt = 1
            WHERE operation <> 3 AND state = 0 AND id IN (SELECT id FROM under_way);
        DROP TABLE under_way;

        -- In a lane's order through its index: sorting would carry all bodies along.
        \(moving(.state))
        \(moving(.history))
        \(moving(.verify))
        INSERT INTO lane_now
            SELECT l.id, l.destination, l.code,
                coalesce(o.owed, 0), coalesce(o.backlog, 0),
                (l.id << 28) + (h.operation << 26) + h.revision, h.state, h.due_at,
                coalesce(h.attempts, 0), h.answer, h.cause,
                l.revision, l.state_revision, l.acknowledged_revision, l.existence, l.met,
                l.confirmed, l.last_line, l.digest, l.steps, l.told, l.awaits, l.awaits_until,
                l.status_wait, l.status_wait_since
            FROM lane AS l
                LEFT JOIN delivery AS h INDEXED BY delivery_head
                    ON h.lane = l.id AND h.state <> 1
                LEFT JOIN (SELECT lane, count(*) AS owed, min(backlog) AS backlog FROM delivery
                    GROUP BY lane) AS o ON o.lane = l.id
            ORDER BY l.id;
        """

    /// steps: 20 bytes a step, its mark as in `lane` and the length of its bytes in the body. doubt: 1 while it may
    /// have arrived: it is probed before it is sent.
    private static func deliveries(_ operation: Operation, steps: String) -> String {
        """
        CREATE TABLE \(operation.table) (
            place INTEGER PRIMARY KEY CHECK (place >> 26 > 0 AND place & 67108863 > 0),
            doubt INTEGER NOT NULL CHECK (doubt BETWEEN 0 AND 1),
            recorded_at INTEGER NOT NULL,
            key BLOB NOT NULL CHECK (length(key) = 32),
            digest BLOB NOT NULL CHECK (length(digest) = 32),
            steps BLOB \(steps),
            body BLOB NOT NULL CHECK (length(body) >= 28)
        ) STRICT;
        """
    }

    private static func moving(_ operation: Operation) -> String {
        """
        INSERT INTO \(operation.table)
            SELECT (lane << 26) + revision, doubt, recorded_at, key, digest, steps, body
            FROM delivery WHERE operation = \(operation.rawValue)
            ORDER BY lane, operation, revision;
        """
    }

    private static var allDeliveries: String {
        Operation.allCases.map { operation in
            """
            SELECT (place >> 26 << 28) + (\(operation.rawValue) << 26) + (place & 67108863) AS id,
                doubt, recorded_at, key, digest, steps, body FROM \(operation.table)
            """
        }.joined(separator: " UNION ALL ")
    }

    /// From whom a lane is found. `CROSS JOIN` keeps SQLite to the order in which it is written, the few destinations
    /// first and then a lane by its code; left to itself it goes through all lanes for each dossier.
    ///
    /// What begins with "person-" at a destination that is asked about persons is the lane of questions about one.
    private static let finding = """
        UPDATE person SET lane = (SELECT id FROM lane
            WHERE destination = person.destination AND code = 'person-' || person.id);
        UPDATE dossier SET lanes = coalesce((
                SELECT group_concat(l.destination || ':' || l.id, ' ')
                FROM destination CROSS JOIN lane AS l
                    ON l.destination = destination.id AND l.code = dossier.code
                WHERE \(isDossiers)), '')
            WHERE owns_code = 1;
        INSERT INTO stray
            SELECT l.code, group_concat(l.destination || ':' || l.id, ' ') FROM lane AS l
            WHERE \(isDossiers) AND NOT EXISTS (
                SELECT 1 FROM dossier WHERE dossier.code = l.code AND dossier.owns_code = 1)
            GROUP BY l.code;
        """

    private static let isDossiers = """
        NOT (l.code LIKE 'person-%' AND l.destination IN (SELECT destination FROM person))
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
