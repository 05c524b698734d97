-- +goose Up
-- Who sent tokens to whom, as far as somebody asked: of accounts that are watched, because a model's money goes to them or comes from them.
CREATE TABLE chain_funding (
  block    BIGINT NOT NULL,
  idx      BIGINT NOT NULL,
  token    TEXT NOT NULL,
  sender   TEXT NOT NULL,
  receiver TEXT NOT NULL,
  amount   TEXT NOT NULL,
  PRIMARY KEY (block, idx)
);
CREATE INDEX chain_funding_sender ON chain_funding (sender);

-- Whose transfers are read, and up to which block. Accounts that sent to very many are pools, and not read any further.
CREATE TABLE chain_watched (
  account TEXT PRIMARY KEY,
  scanned BIGINT NOT NULL,
  pool    BOOLEAN NOT NULL
);
CREATE INDEX chain_watched_scanned ON chain_watched (scanned);

-- How models rank, made again now and then.
CREATE TABLE rankings (
  model  TEXT PRIMARY KEY,
  score  DOUBLE PRECISION NOT NULL,
  payers BIGINT NOT NULL,           -- outside of its cluster
  value  DOUBLE PRECISION NOT NULL  -- that they paid, in dollars
);
ALTER TABLE models ADD COLUMN trend DOUBLE PRECISION NOT NULL DEFAULT 0;
CREATE INDEX models_trend ON models (trend, id);

-- +goose Down
DROP INDEX models_trend;
ALTER TABLE models DROP COLUMN trend;
DROP TABLE rankings;
DROP TABLE chain_watched;
DROP TABLE chain_funding;
