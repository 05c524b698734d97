-- +goose Up
-- Evaluations that are to be attested on chain. One row has one transaction at a time: another is signed only once the chain can never take the first.
CREATE TABLE attestations (
  job      TEXT PRIMARY KEY REFERENCES jobs (id),
  state    TEXT NOT NULL,   -- asked: the job has not succeeded; due, sent, mined, safe; the chain that goes back makes it sent again
  version  TEXT NOT NULL,   -- on chain, of the model that is evaluated
  provider TEXT NOT NULL,   -- that did it, once it is done
  task     TEXT NOT NULL,
  dataset  TEXT NOT NULL,
  metric   TEXT NOT NULL,
  value    TEXT NOT NULL,
  evidence TEXT NOT NULL,   -- digest of the result's document
  tx       TEXT NOT NULL,
  nonce    BIGINT NOT NULL,
  raw      BYTEA NOT NULL,  -- the transaction, kept before a node had it
  block    BIGINT NOT NULL,
  hash     TEXT NOT NULL,   -- of the block
  uid      TEXT NOT NULL,   -- as EAS calls it, once it is mined
  changed  BIGINT NOT NULL
);
CREATE INDEX attestations_open ON attestations (job) WHERE state IN ('due', 'sent', 'mined');

-- +goose Down
DROP TABLE attestations;
