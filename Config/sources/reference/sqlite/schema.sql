-- The reference one-stop schema: small, clean, and enough for every field of the portal's record.
-- Embedded SQLite. Times are naive text `YYYY-MM-DD HH:MM:SS.SSS` in the office's zone.
-- `modified_at` moves with every change of a row; a change of a child row moves only its own.

CREATE TABLE procedure (
    code TEXT PRIMARY KEY,              -- the province's own code
    national_code TEXT,                 -- n.nnnnnn; NULL until somebody maps it
    name TEXT NOT NULL,
    field_code TEXT NOT NULL,
    field_name TEXT NOT NULL
) STRICT;

CREATE TABLE unit (
    code TEXT PRIMARY KEY,              -- H21.129
    name TEXT NOT NULL,
    commune_code TEXT                   -- five digits, in force since 2025-07-01
) STRICT;

CREATE TABLE dossier (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL,
    procedure_code TEXT NOT NULL,
    unit_code TEXT NOT NULL,
    receipt_number TEXT,
    channel INTEGER NOT NULL DEFAULT 1,           -- 1 counter, 2 online, 3 post
    owner_name TEXT NOT NULL,
    owner_kind INTEGER NOT NULL DEFAULT 1,        -- 1 citizen, 2 business, 3 agency, 4 organisation
    owner_account TEXT,
    identity_number TEXT,
    birth_date TEXT,                              -- YYYY-MM-DD or YYYY
    email TEXT, fax TEXT, phone TEXT,
    other_information TEXT,
    summary TEXT NOT NULL DEFAULT '',
    status TEXT NOT NULL,                         -- new, receiving, processing, waiting, paying, …
    submitted_at TEXT, accepted_at TEXT, due_at TEXT,
    finished_at TEXT, returned_at TEXT, refused_at TEXT,
    return_information TEXT,
    return_method INTEGER NOT NULL DEFAULT 0,     -- 0 counter, 1 post
    note TEXT,
    submission_place INTEGER NOT NULL DEFAULT 2,  -- 1 national portal, 2 province
    vneid INTEGER NOT NULL DEFAULT 0,
    online_payment INTEGER NOT NULL DEFAULT 0,    -- 0 none, 1 national platform, 2 provincial gateway
    databases TEXT,                               -- codes of national databases used, comma-separated
    deleted INTEGER NOT NULL DEFAULT 0,
    modified_at TEXT NOT NULL,
    -- The place of the population database's answer (written by lienthongd).
    verification TEXT,
    verified_at TEXT,
    -- The number at the interlinking software, for dossiers of group procedures.
    linked_code TEXT
) STRICT;
CREATE INDEX dossier_modified ON dossier (modified_at);
CREATE INDEX dossier_code ON dossier (code);

CREATE TABLE step (
    id INTEGER PRIMARY KEY,
    dossier_id INTEGER NOT NULL REFERENCES dossier (id),
    officer TEXT, title TEXT, department TEXT,
    content TEXT NOT NULL DEFAULT '',
    status TEXT NOT NULL,
    performed_at TEXT NOT NULL,
    started_at TEXT, due_at TEXT,
    modified_at TEXT NOT NULL,
    -- JSON: what the step decided, for the interlinking software.
    result_data TEXT
) STRICT;
CREATE INDEX step_dossier ON step (dossier_id);
CREATE INDEX step_modified ON step (modified_at);

CREATE TABLE document (
    id INTEGER PRIMARY KEY,
    dossier_id INTEGER NOT NULL REFERENCES dossier (id),
    kind INTEGER NOT NULL DEFAULT 1,              -- 1 submitted, 2 result
    name TEXT NOT NULL,
    component_code TEXT,
    url TEXT NOT NULL,
    result_code TEXT,
    digitised INTEGER NOT NULL DEFAULT 0,
    reuse INTEGER NOT NULL DEFAULT 0,             -- 0 no, 1 reused, 2 replaced by a result code
    from_warehouse INTEGER NOT NULL DEFAULT 0,
    replacing_result_code TEXT,
    deleted INTEGER NOT NULL DEFAULT 0,
    modified_at TEXT NOT NULL
) STRICT;
CREATE INDEX document_dossier ON document (dossier_id);
CREATE INDEX document_modified ON document (modified_at);

CREATE TABLE fee (
    id INTEGER PRIMARY KEY,
    dossier_id INTEGER NOT NULL REFERENCES dossier (id),
    name TEXT NOT NULL, code TEXT, collection TEXT, kind TEXT,
    amount INTEGER NOT NULL,                      -- đồng
    modified_at TEXT NOT NULL
) STRICT;
CREATE INDEX fee_dossier ON fee (dossier_id);
CREATE INDEX fee_modified ON fee (modified_at);

CREATE TABLE paper (
    id INTEGER PRIMARY KEY,
    dossier_id INTEGER NOT NULL REFERENCES dossier (id),
    name TEXT NOT NULL, quantity INTEGER NOT NULL DEFAULT 1,
    kind INTEGER NOT NULL DEFAULT 1,              -- 1 original, 2 copy
    modified_at TEXT NOT NULL
) STRICT;
CREATE INDEX paper_dossier ON paper (dossier_id);
CREATE INDEX paper_modified ON paper (modified_at);

CREATE TABLE supplement (
    id INTEGER PRIMARY KEY,
    dossier_id INTEGER NOT NULL REFERENCES dossier (id),
    requested_by TEXT, content TEXT, requested_at TEXT,
    received_by TEXT, received_information TEXT, received_at TEXT,
    done INTEGER NOT NULL DEFAULT 0,
    previous_due_at TEXT, new_due_at TEXT,
    modified_at TEXT NOT NULL
) STRICT;
CREATE INDEX supplement_dossier ON supplement (dossier_id);
CREATE INDEX supplement_modified ON supplement (modified_at);
