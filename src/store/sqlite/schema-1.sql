-- Schema 1. Values are kept whole as JSON (`record`, `summary`, `deadline`, `quota`); the other columns are there to be searched.
-- "cvan": tells our files from other programs'; set with the tables, so that no process ever sees one without the other
PRAGMA application_id = 1668702574;

CREATE TABLE files (
    sha256           TEXT PRIMARY KEY,
    name             TEXT NOT NULL,
    path             TEXT NOT NULL,
    media            TEXT NOT NULL,
    bytes            INTEGER NOT NULL,
    pages            INTEGER NOT NULL,
    pipeline_version TEXT NOT NULL,
    status           TEXT NOT NULL CHECK (status IN ('begun', 'done', 'partial', 'failed')),
    stored_at        TEXT NOT NULL
) WITHOUT ROWID;

-- Zlib-compressed JSON. One reading of a page at a time: a newer reading replaces the older one.
CREATE TABLE pages (
    sha256          TEXT NOT NULL REFERENCES files ON DELETE CASCADE,
    page            INTEGER NOT NULL,
    reading_version INTEGER NOT NULL,
    result          BLOB NOT NULL,
    PRIMARY KEY (sha256, page)
);

-- page is NULL where the whole file is meant; severity 'failure' or 'warning'
CREATE TABLE notes (
    sha256   TEXT NOT NULL REFERENCES files ON DELETE CASCADE,
    position INTEGER NOT NULL,
    severity TEXT NOT NULL,
    page     INTEGER,
    message  TEXT NOT NULL,
    PRIMARY KEY (sha256, position)
) WITHOUT ROWID;

CREATE TABLE documents (
    key         INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    sha256      TEXT NOT NULL REFERENCES files ON DELETE CASCADE,
    part        INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    number_key  TEXT,
    issued_on   TEXT,
    received_on TEXT,
    summary     TEXT NOT NULL
);
CREATE INDEX documents_by_file ON documents (sha256);
CREATE INDEX documents_by_number ON documents (number_key);
CREATE INDEX documents_in_order ON documents (issued_on IS NULL, issued_on, id);

-- The large values by themselves: lists and joins read small rows.
CREATE TABLE texts (
    document INTEGER PRIMARY KEY REFERENCES documents ON DELETE CASCADE,
    record   TEXT NOT NULL,
    text     TEXT NOT NULL
);

-- Folded words (no case, no diacritics, đ = d); the originals are in documents and texts.
CREATE VIRTUAL TABLE words USING fts5 (
    number, subject, issuer, signer, body,
    content = '', contentless_delete = 1, detail = full, tokenize = 'unicode61 remove_diacritics 0'
);

-- last_day: one-off deadlines; repeating: computed when asked for; neither: undated (counted from an event).
-- units: folded names, one a line.
CREATE TABLE deadlines (
    document  INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    position  INTEGER NOT NULL,
    last_day  TEXT,
    repeating INTEGER NOT NULL,
    doubtful  INTEGER NOT NULL,
    page      INTEGER,
    units     TEXT NOT NULL,
    deadline  TEXT NOT NULL,
    PRIMARY KEY (document, position)
) WITHOUT ROWID;
CREATE INDEX deadlines_by_day ON deadlines (last_day) WHERE last_day IS NOT NULL;
CREATE INDEX deadlines_repeating ON deadlines (document) WHERE repeating;

CREATE TABLE quotas (
    document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    position INTEGER NOT NULL,
    units    TEXT NOT NULL,
    quota    TEXT NOT NULL,
    PRIMARY KEY (document, position)
) WITHOUT ROWID;

-- The target is found by number_key when it is asked for: it may be stored later.
CREATE TABLE citations (
    document   INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    position   INTEGER NOT NULL,
    role       TEXT NOT NULL,
    number_key TEXT,
    PRIMARY KEY (document, position)
) WITHOUT ROWID;
CREATE INDEX citations_by_number ON citations (number_key) WHERE number_key IS NOT NULL;

CREATE TABLE findings (
    document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    position INTEGER NOT NULL,
    rule     TEXT NOT NULL,
    severity TEXT NOT NULL,
    PRIMARY KEY (document, position)
) WITHOUT ROWID;
CREATE INDEX findings_by_severity ON findings (severity);

CREATE TABLE reviews (
    document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    position INTEGER NOT NULL,
    field    TEXT NOT NULL,
    PRIMARY KEY (document, position)
) WITHOUT ROWID;

-- No foreign key: what happened to a document outlives it.
CREATE TABLE history (
    sequence INTEGER PRIMARY KEY,
    document TEXT NOT NULL,
    at       TEXT NOT NULL,
    who      TEXT NOT NULL,
    field    TEXT NOT NULL,
    was      TEXT,
    now      TEXT,
    why      TEXT NOT NULL
);
CREATE INDEX history_by_document ON history (document);
CREATE TRIGGER history_is_not_rewritten BEFORE UPDATE ON history
BEGIN SELECT RAISE (ABORT, 'the history cannot be changed'); END;
CREATE TRIGGER history_is_not_shortened BEFORE DELETE ON history
BEGIN SELECT RAISE (ABORT, 'the history cannot be shortened'); END;
