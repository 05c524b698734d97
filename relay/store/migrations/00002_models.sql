-- +goose Up
CREATE TABLE models (
  id       BIGINT PRIMARY KEY,
  owner    TEXT NOT NULL, -- the account that published it
  name     TEXT NOT NULL,
  created  BIGINT NOT NULL,
  updated  BIGINT NOT NULL, -- when a version was added last
  -- What a list shows is that of the highest version.
  version  TEXT NOT NULL,
  kind     TEXT NOT NULL,
  title    TEXT NOT NULL,
  summary  TEXT NOT NULL,
  task     TEXT NOT NULL,
  license  TEXT NOT NULL, -- SPDX id
  format   TEXT NOT NULL,
  tags     TEXT NOT NULL, -- separated by spaces
  bytes    BIGINT NOT NULL,
  manifest TEXT NOT NULL,
  release  TEXT NOT NULL,
  UNIQUE (owner, name)
);
CREATE INDEX models_updated ON models (updated, id);

CREATE TABLE versions (
  id       BIGINT PRIMARY KEY,
  model    BIGINT NOT NULL REFERENCES models (id),
  version  TEXT NOT NULL,
  manifest TEXT NOT NULL,
  envelope TEXT NOT NULL, -- '' when nobody signed
  release  TEXT NOT NULL,
  signer   TEXT NOT NULL, -- '' when nobody signed
  created  TEXT NOT NULL, -- as the author says
  added    BIGINT NOT NULL,
  bytes    BIGINT NOT NULL,
  UNIQUE (model, version)
);

CREATE TABLE uploads (
  id       TEXT PRIMARY KEY,
  address  TEXT NOT NULL REFERENCES accounts (address),
  state    TEXT NOT NULL,  -- open, publishing, published
  reserved BIGINT NOT NULL, -- bytes that it may take
  manifest TEXT NOT NULL,  -- these two since it is publishing
  envelope TEXT NOT NULL,
  release  TEXT NOT NULL,  -- since it is published
  created  BIGINT NOT NULL,
  touched  BIGINT NOT NULL
);
CREATE INDEX uploads_of ON uploads (address, id);
CREATE INDEX uploads_state ON uploads (state, touched);

-- +goose Down
DROP TABLE uploads;
DROP TABLE versions;
DROP TABLE models;
