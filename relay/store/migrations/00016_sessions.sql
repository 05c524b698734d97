-- +goose Up
-- What was used of sessions. They are on chain, which may go back: what was promised stays, and so do the terms that it was promised by.
CREATE TABLE session_uses (
  session     TEXT PRIMARY KEY,
  account     TEXT NOT NULL,   -- whose it is
  plan        TEXT NOT NULL,
  payee       TEXT NOT NULL,
  author_fee  BIGINT NOT NULL, -- of a unit, as the next two; in the smallest unit of a dollar
  relay_fee   BIGINT NOT NULL,
  compute_cap BIGINT NOT NULL,
  vouchers    BIGINT NOT NULL, -- how many were kept
  transcript  BYTEA NOT NULL,  -- of the newest; zeros when there is none
  held        BIGINT NOT NULL, -- units of jobs under way
  used        BIGINT NOT NULL  -- units of jobs that succeeded
);
CREATE INDEX session_uses_of ON session_uses (account);

-- What was promised for a job.
CREATE TABLE vouchers (
  job        TEXT PRIMARY KEY REFERENCES jobs (id),
  session    TEXT NOT NULL REFERENCES session_uses (session),
  place      BIGINT NOT NULL,  -- among the session's, from 1
  reached    BIGINT NOT NULL,  -- all that the session has used by then: what is signed
  units      BIGINT NOT NULL,  -- of them, for this job
  transcript BYTEA NOT NULL,
  signature  BYTEA NOT NULL,
  UNIQUE (session, place)
);
CREATE INDEX vouchers_reached ON vouchers (session, reached);

ALTER TABLE jobs ADD COLUMN session TEXT NOT NULL DEFAULT '';    -- that pays; '' for the free tier
ALTER TABLE jobs ADD COLUMN settle_by BIGINT NOT NULL DEFAULT 0; -- when it is to be settled on chain
ALTER TABLE holds ADD COLUMN compute BIGINT NOT NULL DEFAULT 0;  -- what of it a provider may get
UPDATE holds SET compute = amount;

-- +goose Down
ALTER TABLE holds DROP COLUMN compute;
ALTER TABLE jobs DROP COLUMN settle_by;
ALTER TABLE jobs DROP COLUMN session;
DROP TABLE vouchers;
DROP TABLE session_uses;
