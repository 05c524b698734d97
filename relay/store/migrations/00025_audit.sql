-- +goose Up
-- What is to go into the audit log, written down with what it tells of.
CREATE TABLE audit_pending (
  made    BIGINT NOT NULL, -- microseconds; grows at each relay
  salt    BYTEA NOT NULL,
  kind    TEXT NOT NULL,
  public  TEXT NOT NULL,
  details TEXT NOT NULL,   -- what the entry commits to: never published
  PRIMARY KEY (made, salt)
);

CREATE TABLE audit_entries (
  idx     BIGINT PRIMARY KEY, -- place in the log
  entry   BYTEA NOT NULL,     -- as it is published
  kind    TEXT NOT NULL,
  salt    BYTEA NOT NULL,
  details TEXT NOT NULL
);
CREATE INDEX audit_entries_receipt ON audit_entries (details) WHERE kind = 'receipt';

-- Hashes of the tree, 256 to a row. Level 0 has those of entries, each further one those of full rows below it.
CREATE TABLE audit_tiles (
  level  BIGINT NOT NULL,
  n      BIGINT NOT NULL,
  hashes BYTEA NOT NULL,
  PRIMARY KEY (level, n)
);

-- The log as it is: one row.
CREATE TABLE audit_head (
  id     BIGINT PRIMARY KEY, -- 1
  origin TEXT NOT NULL,
  key    TEXT NOT NULL,      -- that verifies its signature
  size   BIGINT NOT NULL,
  signed BYTEA NOT NULL,     -- checkpoint
  rules  TEXT NOT NULL       -- of the relay, as they were when one was started last
);

-- +goose Down
DROP TABLE audit_head;
DROP TABLE audit_tiles;
DROP TABLE audit_entries;
DROP TABLE audit_pending;
