-- The reference one-stop schema: small, clean, and enough for every field of the portal's record.
-- PostgreSQL. Times are `timestamp` without zone, in the office's zone.
-- `modified_at` moves with every change of a row; a change of a child row moves only its own.

CREATE TABLE procedure (
    code text PRIMARY KEY,              -- the province's own code
    national_code text,                 -- n.nnnnnn; NULL until somebody maps it
    name text NOT NULL,
    field_code text NOT NULL,
    field_name text NOT NULL
);

CREATE TABLE unit (
    code text PRIMARY KEY,              -- H21.129
    name text NOT NULL,
    commune_code text                   -- five digits, in force since 2025-07-01
);

CREATE TABLE dossier (
    id bigint PRIMARY KEY,
    code text NOT NULL,
    procedure_code text NOT NULL,
    unit_code text NOT NULL,
    receipt_number text,
    channel bigint NOT NULL DEFAULT 1,           -- 1 counter, 2 online, 3 post
    owner_name text NOT NULL,
    owner_kind bigint NOT NULL DEFAULT 1,        -- 1 citizen, 2 business, 3 agency, 4 organisation
    owner_account text,
    identity_number text,
    birth_date text,                              -- YYYY-MM-DD or YYYY
    email text, fax text, phone text,
    other_information text,
    summary text NOT NULL DEFAULT '',
    status text NOT NULL,                         -- new, receiving, processing, waiting, paying, …
    submitted_at timestamp, accepted_at timestamp, due_at timestamp,
    finished_at timestamp, returned_at timestamp, refused_at timestamp,
    return_information text,
    return_method bigint NOT NULL DEFAULT 0,     -- 0 counter, 1 post
    note text,
    submission_place bigint NOT NULL DEFAULT 2,  -- 1 national portal, 2 province
    vneid bigint NOT NULL DEFAULT 0,
    online_payment bigint NOT NULL DEFAULT 0,    -- 0 none, 1 national platform, 2 provincial gateway
    databases text,                               -- codes of national databases used, comma-separated
    deleted bigint NOT NULL DEFAULT 0,
    modified_at timestamp NOT NULL,
    -- The place of the population database's answer (written by lienthongd).
    verification text,
    verified_at timestamp,
    -- The number at the interlinking software, for dossiers of group procedures.
    linked_code text
);
CREATE INDEX dossier_modified ON dossier (modified_at);
CREATE INDEX dossier_code ON dossier (code);

CREATE TABLE step (
    id bigint PRIMARY KEY,
    dossier_id bigint NOT NULL REFERENCES dossier (id),
    officer text, title text, department text,
    content text NOT NULL DEFAULT '',
    status text NOT NULL,
    performed_at timestamp NOT NULL,
    started_at timestamp, due_at timestamp,
    modified_at timestamp NOT NULL,
    -- JSON: what the step decided, for the interlinking software.
    result_data text
);
CREATE INDEX step_dossier ON step (dossier_id);
CREATE INDEX step_modified ON step (modified_at);

CREATE TABLE document (
    id bigint PRIMARY KEY,
    dossier_id bigint NOT NULL REFERENCES dossier (id),
    kind bigint NOT NULL DEFAULT 1,              -- 1 submitted, 2 result
    name text NOT NULL,
    component_code text,
    url text NOT NULL,
    result_code text,
    digitised bigint NOT NULL DEFAULT 0,
    reuse bigint NOT NULL DEFAULT 0,             -- 0 no, 1 reused, 2 replaced by a result code
    from_warehouse bigint NOT NULL DEFAULT 0,
    replacing_result_code text,
    deleted bigint NOT NULL DEFAULT 0,
    modified_at timestamp NOT NULL
);
CREATE INDEX document_dossier ON document (dossier_id);
CREATE INDEX document_modified ON document (modified_at);

CREATE TABLE fee (
    id bigint PRIMARY KEY,
    dossier_id bigint NOT NULL REFERENCES dossier (id),
    name text NOT NULL, code text, collection text, kind text,
    amount bigint NOT NULL,                      -- đồng
    modified_at timestamp NOT NULL
);
CREATE INDEX fee_dossier ON fee (dossier_id);
CREATE INDEX fee_modified ON fee (modified_at);

CREATE TABLE paper (
    id bigint PRIMARY KEY,
    dossier_id bigint NOT NULL REFERENCES dossier (id),
    name text NOT NULL, quantity bigint NOT NULL DEFAULT 1,
    kind bigint NOT NULL DEFAULT 1,              -- 1 original, 2 copy
    modified_at timestamp NOT NULL
);
CREATE INDEX paper_dossier ON paper (dossier_id);
CREATE INDEX paper_modified ON paper (modified_at);

CREATE TABLE supplement (
    id bigint PRIMARY KEY,
    dossier_id bigint NOT NULL REFERENCES dossier (id),
    requested_by text, content text, requested_at timestamp,
    received_by text, received_information text, received_at timestamp,
    done bigint NOT NULL DEFAULT 0,
    previous_due_at timestamp, new_due_at timestamp,
    modified_at timestamp NOT NULL
);
CREATE INDEX supplement_dossier ON supplement (dossier_id);
CREATE INDEX supplement_modified ON supplement (modified_at);
