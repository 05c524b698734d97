-- +goose Up
-- Relays that are there: each changes its beat while it is. What a relay has under way is lost when its row is gone.
CREATE TABLE relays (
  id   TEXT PRIMARY KEY,
  beat BIGINT NOT NULL
);

CREATE TABLE jobs (
  id       TEXT PRIMARY KEY,  -- grows with time
  account  TEXT NOT NULL REFERENCES accounts (address),
  manifest TEXT NOT NULL,     -- CID of the model's
  mode     TEXT NOT NULL,     -- strict, fast
  request  BYTEA NOT NULL,    -- hash of salt and input
  state    TEXT NOT NULL,     -- starting, processing, succeeded, failed, canceled
  code     TEXT NOT NULL,     -- why it failed
  detail   TEXT NOT NULL,
  fence    BIGINT NOT NULL,   -- of the newest attempt; 0 for none
  due      BIGINT NOT NULL,   -- no attempt begins before
  deadline BIGINT NOT NULL,
  created  BIGINT NOT NULL,
  started  BIGINT NOT NULL,   -- its first attempt
  ended    BIGINT NOT NULL
);
CREATE INDEX jobs_of ON jobs (account, id);
CREATE INDEX jobs_open ON jobs (account) WHERE ended = 0;
CREATE INDEX jobs_due ON jobs (due) WHERE state = 'starting';
CREATE INDEX jobs_deadline ON jobs (deadline) WHERE ended = 0;
CREATE INDEX jobs_dead ON jobs (id) WHERE state = 'failed';

-- What went in and came out, apart, so that lists need not read it, and for a while only.
CREATE TABLE job_data (
  job  TEXT NOT NULL REFERENCES jobs (id),
  part TEXT NOT NULL,         -- input, output
  body BYTEA NOT NULL,
  PRIMARY KEY (job, part)
);

-- A try to get a job done. The fence tells it from earlier ones, whose results count no more.
CREATE TABLE attempts (
  job      TEXT NOT NULL REFERENCES jobs (id),
  fence    BIGINT NOT NULL,
  relay    TEXT NOT NULL,
  provider TEXT NOT NULL,
  pay      BIGINT NOT NULL,   -- what it asked for
  state    TEXT NOT NULL,     -- running, done, failed, canceled
  code     TEXT NOT NULL,
  detail   TEXT NOT NULL,
  started  BIGINT NOT NULL,
  ended    BIGINT NOT NULL,
  PRIMARY KEY (job, fence)
);
CREATE INDEX attempts_running ON attempts (relay) WHERE state = 'running';

-- Money that is set aside for a job.
CREATE TABLE holds (
  job     TEXT PRIMARY KEY REFERENCES jobs (id),
  payer   TEXT NOT NULL,      -- the account of the ledger that it came from
  amount  BIGINT NOT NULL,    -- in the smallest unit of a dollar
  state   TEXT NOT NULL,      -- held, captured, released
  created BIGINT NOT NULL,
  ended   BIGINT NOT NULL
);

-- How much a payer's account has given, holds included: so that a limit is one comparison.
CREATE TABLE spendings (
  payer  TEXT PRIMARY KEY,
  amount BIGINT NOT NULL
);

-- Double entry: what a step moves sums to zero. Rows are added and never changed, and the key forbids a step twice.
CREATE TABLE ledger_entries (
  job     TEXT NOT NULL REFERENCES jobs (id),
  step    TEXT NOT NULL,      -- hold, capture, release
  account TEXT NOT NULL,
  amount  BIGINT NOT NULL,
  at      BIGINT NOT NULL,
  PRIMARY KEY (job, step, account)
);
CREATE INDEX ledger_of ON ledger_entries (account, job);

-- What a provider signed, and this relay after it.
CREATE TABLE receipts (
  job      TEXT PRIMARY KEY REFERENCES jobs (id),
  account  TEXT NOT NULL,
  provider TEXT NOT NULL,
  document BYTEA NOT NULL,    -- JSON
  created  BIGINT NOT NULL
);
CREATE INDEX receipts_by ON receipts (provider, job);

CREATE TABLE idempotency_keys (
  account TEXT NOT NULL,
  key     TEXT NOT NULL,
  request BYTEA NOT NULL,     -- hash of what was asked
  job     TEXT NOT NULL,
  PRIMARY KEY (account, key)
);
CREATE INDEX idempotency_job ON idempotency_keys (job);

-- +goose Down
DROP TABLE idempotency_keys;
DROP TABLE receipts;
DROP TABLE ledger_entries;
DROP TABLE spendings;
DROP TABLE holds;
DROP TABLE attempts;
DROP TABLE job_data;
DROP TABLE jobs;
DROP TABLE relays;
