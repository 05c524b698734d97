-- +goose Up
-- Whom a job's payer wants told of it, and what of: start, output, completed.
ALTER TABLE jobs ADD COLUMN webhook TEXT NOT NULL DEFAULT '';
ALTER TABLE jobs ADD COLUMN webhook_events TEXT NOT NULL DEFAULT '';

-- What is to be told, written down with what it tells of.
CREATE TABLE outbox (
  id     TEXT PRIMARY KEY, -- of the message: of job and event, so none is told twice under two names
  job    TEXT NOT NULL REFERENCES jobs (id),
  event  TEXT NOT NULL,
  tries  BIGINT NOT NULL,  -- that failed, or are under way
  due    BIGINT NOT NULL,  -- no try begins before
  ended  BIGINT NOT NULL,  -- 0 while it is to be told
  detail TEXT NOT NULL     -- what the last try failed of
);
CREATE INDEX outbox_due ON outbox (due) WHERE ended = 0;
CREATE INDEX outbox_of ON outbox (job);

-- What messages to an account are signed with.
CREATE TABLE webhook_secrets (
  account TEXT PRIMARY KEY REFERENCES accounts (address),
  secret  TEXT NOT NULL
);

-- +goose Down
DROP TABLE webhook_secrets;
DROP TABLE outbox;
ALTER TABLE jobs DROP COLUMN webhook_events;
ALTER TABLE jobs DROP COLUMN webhook;
