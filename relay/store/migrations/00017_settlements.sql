-- +goose Up
-- Batches of vouchers on their way to the chain. At most one is open: the next one says more units than this one.
CREATE TABLE settlements (
  id      TEXT PRIMARY KEY,  -- grows with time
  state   TEXT NOT NULL,     -- built, sent, mined, safe; the chain that goes back makes it built again
  open    BIGINT UNIQUE,     -- 1 until it is safe, then NULL
  call    BYTEA NOT NULL,    -- redeem, of the controller
  count   BIGINT NOT NULL,   -- receipts
  root    BYTEA NOT NULL,    -- of the tree over their leaves
  leaves  TEXT NOT NULL,     -- CID of the list of these
  tx      TEXT NOT NULL,     -- that was mined
  block   BIGINT NOT NULL,
  hash    TEXT NOT NULL,     -- of the block
  created BIGINT NOT NULL,
  changed BIGINT NOT NULL
);

-- Every transaction that was signed for one, kept before a node had it.
CREATE TABLE settlement_txs (
  tx         TEXT PRIMARY KEY,
  settlement TEXT NOT NULL REFERENCES settlements (id),
  nonce      BIGINT NOT NULL,
  raw        BYTEA NOT NULL,
  sent       BIGINT NOT NULL
);
CREATE INDEX settlement_txs_of ON settlement_txs (settlement);

-- One voucher of one.
CREATE TABLE settlement_items (
  settlement TEXT NOT NULL REFERENCES settlements (id),
  session    TEXT NOT NULL,
  job        TEXT NOT NULL,   -- whose voucher it is
  reached    BIGINT NOT NULL, -- units that it says
  state      TEXT NOT NULL,   -- open, paid, lost
  reason     TEXT NOT NULL,   -- why the contract left it out
  PRIMARY KEY (settlement, session)
);

-- Receipts that are in one: the key forbids a receipt twice.
CREATE TABLE settled_receipts (
  job        TEXT PRIMARY KEY REFERENCES jobs (id),
  settlement TEXT NOT NULL REFERENCES settlements (id),
  session    TEXT NOT NULL,
  place      BIGINT NOT NULL,
  leaf       BYTEA NOT NULL,
  UNIQUE (settlement, place)
);

ALTER TABLE session_uses ADD COLUMN settled BIGINT NOT NULL DEFAULT 0; -- units whose receipts are in settlements

ALTER TABLE vouchers ADD COLUMN open BIGINT NOT NULL DEFAULT 1;        -- 1 while its job may still come into a settlement
CREATE INDEX vouchers_open ON vouchers (session) WHERE open = 1;

-- +goose Down
DROP INDEX vouchers_open;
ALTER TABLE vouchers DROP COLUMN open;
ALTER TABLE session_uses DROP COLUMN settled;
DROP TABLE settled_receipts;
DROP TABLE settlement_items;
DROP TABLE settlement_txs;
DROP TABLE settlements;
