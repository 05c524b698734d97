-- +goose Up
-- What people say is wrong with a model. Rows are resolved, never removed.
CREATE TABLE reports (
  id       TEXT PRIMARY KEY, -- grows with time
  owner    TEXT NOT NULL,
  name     TEXT NOT NULL,
  version  TEXT NOT NULL,    -- '' for all of the model
  reporter TEXT NOT NULL,    -- '' when nobody was signed in
  reason   TEXT NOT NULL,
  detail   TEXT NOT NULL,
  created  BIGINT NOT NULL,
  state    TEXT NOT NULL,    -- open, resolved
  note     TEXT NOT NULL,    -- these three since it is resolved
  resolver TEXT NOT NULL,
  resolved BIGINT NOT NULL
);
CREATE INDEX reports_state ON reports (state, id);

-- What the relay's admins do not have served, beside the operator's files.
CREATE TABLE denials (
  kind    TEXT NOT NULL, -- cid, version, account
  what    TEXT NOT NULL, -- a CID; owner/name/version; an address
  reason  TEXT NOT NULL,
  admin   TEXT NOT NULL,
  created BIGINT NOT NULL,
  PRIMARY KEY (kind, what)
);

-- What admins did. Rows are added and never changed.
CREATE TABLE deeds (
  id      TEXT PRIMARY KEY, -- grows with time
  admin   TEXT NOT NULL,
  at      BIGINT NOT NULL,
  action  TEXT NOT NULL,
  subject TEXT NOT NULL,
  note    TEXT NOT NULL
);

-- What is risky in files, by their content.
CREATE TABLE warnings (
  manifest TEXT NOT NULL,
  path     TEXT NOT NULL,
  kind     TEXT NOT NULL,
  reason   TEXT NOT NULL,
  PRIMARY KEY (manifest, path, kind)
);

-- How often a manifest was read from the gateway.
CREATE TABLE pulls (
  manifest TEXT PRIMARY KEY,
  count    BIGINT NOT NULL
);

CREATE INDEX versions_manifest ON versions (manifest);

-- +goose Down
DROP INDEX versions_manifest;
DROP TABLE pulls;
DROP TABLE warnings;
DROP TABLE deeds;
DROP TABLE denials;
DROP TABLE reports;
