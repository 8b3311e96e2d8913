-- Schema 2. Newest first, as searches tell documents; undated ones last.
CREATE INDEX documents_newest ON documents (coalesce(issued_on, '') DESC, id);

-- The register of incoming documents: one number after another per year and book, never given twice. No foreign key: a number
-- that was given stays given.
CREATE TABLE arrivals (
    document   TEXT PRIMARY KEY,
    book       TEXT NOT NULL,
    year       INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    arrived_on TEXT NOT NULL,
    UNIQUE (book, year, number)
) WITHOUT ROWID;

-- What a leader decided about a document, in order. due: ISO day, NULL where none was set.
CREATE TABLE decisions (
    document   TEXT NOT NULL,
    position   INTEGER NOT NULL,
    decided_on TEXT NOT NULL,
    leader     TEXT NOT NULL,
    unit       TEXT NOT NULL,
    opinion    TEXT NOT NULL,
    due        TEXT,
    PRIMARY KEY (document, position)
) WITHOUT ROWID;
CREATE INDEX decisions_by_day ON decisions (due) WHERE due IS NOT NULL;
