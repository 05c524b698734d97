-- One set of migrations and of queries for SQLite and Postgres: what both understand. Times are Unix microseconds,
-- addresses as EIP-55 writes them, secrets only as their SHA-256. Nothing is ever NULL.

-- +goose Up
CREATE TABLE accounts (
  address TEXT PRIMARY KEY,
  created BIGINT NOT NULL
);

-- What a wallet is asked to sign, once.
CREATE TABLE nonces (
  nonce   TEXT PRIMARY KEY,
  expires BIGINT NOT NULL
);
CREATE INDEX nonces_expire ON nonces (expires);

CREATE TABLE sessions (
  id      TEXT PRIMARY KEY,
  token   BYTEA NOT NULL UNIQUE, -- SHA-256 of what the cookie holds
  address TEXT NOT NULL REFERENCES accounts (address),
  agent   TEXT NOT NULL,         -- the browser's own name, for the list in which its owner ends it
  created BIGINT NOT NULL,
  seen    BIGINT NOT NULL,
  expires BIGINT NOT NULL
);
CREATE INDEX sessions_of ON sessions (address);
CREATE INDEX sessions_expire ON sessions (expires);

CREATE TABLE api_keys (
  id      TEXT PRIMARY KEY,
  secret  BYTEA NOT NULL UNIQUE, -- SHA-256 of the whole key
  address TEXT NOT NULL REFERENCES accounts (address),
  name    TEXT NOT NULL,
  scopes  TEXT NOT NULL,         -- separated by spaces
  created BIGINT NOT NULL,
  used    BIGINT NOT NULL,       -- 0: never
  expires BIGINT NOT NULL        -- 0: never
);
CREATE INDEX api_keys_of ON api_keys (address);

-- What happened to an account, for its owner. Rows are added and never changed.
CREATE TABLE events (
  id      TEXT PRIMARY KEY,      -- grows with time
  address TEXT NOT NULL REFERENCES accounts (address),
  at      BIGINT NOT NULL,
  action  TEXT NOT NULL,
  detail  TEXT NOT NULL
);
CREATE INDEX events_of ON events (address, id);

-- +goose Down
DROP TABLE events;
DROP TABLE api_keys;
DROP TABLE sessions;
DROP TABLE nonces;
DROP TABLE accounts;
