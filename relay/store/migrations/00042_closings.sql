-- +goose Up
-- Transactions that close subscriptions whose period is over, kept before a node had them: one of a session at a time.
CREATE TABLE closings (
  session TEXT PRIMARY KEY,
  tx      TEXT NOT NULL,
  nonce   BIGINT NOT NULL,
  raw     BYTEA NOT NULL,
  sent    BIGINT NOT NULL
);

-- +goose Down
DROP TABLE closings;
