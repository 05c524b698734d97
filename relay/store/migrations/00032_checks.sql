-- +goose Up
-- Answers that are looked at a second time, and what was found.
CREATE TABLE checks (
  job      TEXT PRIMARY KEY REFERENCES jobs (id), -- whose answer it is
  kind     TEXT NOT NULL,   -- spot: by chance; replay: its payer asked
  provider TEXT NOT NULL,   -- whose answer it is
  state    TEXT NOT NULL,   -- open; agrees, differs, disputed (two differ, and nobody says who is right), failed (it could not be done)
  other    TEXT NOT NULL,   -- job that repeats it; '' before there is one, and where the relay did itself
  referee  TEXT NOT NULL,   -- job that decides between the two; the like
  checker  TEXT NOT NULL,   -- who gave the other answer; the relay's own address where it did itself
  detail   TEXT NOT NULL,
  created  BIGINT NOT NULL,
  ended    BIGINT NOT NULL
);
CREATE INDEX checks_open ON checks (created) WHERE ended = 0;
CREATE INDEX checks_of ON checks (provider, ended);

-- What convinces others: in JSON of package receipt.
CREATE TABLE evidence (
  job      TEXT PRIMARY KEY REFERENCES jobs (id),
  provider TEXT NOT NULL,
  document BYTEA NOT NULL,
  created  BIGINT NOT NULL
);

-- Providers that are given nothing any more, and the job that showed why.
CREATE TABLE bans (
  provider TEXT PRIMARY KEY,
  job      TEXT NOT NULL,
  reason   TEXT NOT NULL,
  created  BIGINT NOT NULL
);

-- How many replays were asked for, by a keyed hash of account and day: who asked, only the relay's key tells.
CREATE TABLE replay_grants (
  key  TEXT PRIMARY KEY,
  day  TEXT NOT NULL,
  used BIGINT NOT NULL
);

-- +goose Down
DROP TABLE replay_grants;
DROP TABLE bans;
DROP TABLE evidence;
DROP TABLE checks;
