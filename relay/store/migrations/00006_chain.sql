-- What contracts said. Every table of the first part is keyed by the block that brought a row, so that a block which is no longer on the chain
-- takes along what it brought: DELETE … WHERE block > …. Rows are added and never changed, but for chain_models.owner, which the last
-- row of chain_transfers says. Ids and digests are 0x and hex, addresses as EIP-55 writes them, amounts decimal numbers of a token's
-- smallest unit, times (at) Unix seconds of the block.

-- +goose Up
-- One row: which deployment is followed, and how far.
CREATE TABLE chain_cursor (
  id          BIGINT PRIMARY KEY,
  chain       BIGINT NOT NULL,
  base        TEXT NOT NULL, -- hash of the block before the first contract
  base_number BIGINT NOT NULL,
  number      BIGINT NOT NULL,
  hash        TEXT NOT NULL
);

-- Blocks that were read, not all: of those that were final when they were read, the last of each range.
CREATE TABLE chain_blocks (
  block  BIGINT PRIMARY KEY,
  hash   TEXT NOT NULL,
  parent TEXT NOT NULL,
  at     BIGINT NOT NULL
);

CREATE TABLE chain_models (
  id          TEXT PRIMARY KEY,
  publisher   TEXT NOT NULL,
  name        TEXT NOT NULL,
  kind        TEXT NOT NULL, -- model or dataset
  splitter    TEXT NOT NULL,
  royalty_bps BIGINT NOT NULL,
  owner       TEXT NOT NULL, -- of the NFT, now
  block       BIGINT NOT NULL,
  idx         BIGINT NOT NULL,
  tx          TEXT NOT NULL,
  at          BIGINT NOT NULL,
  UNIQUE (publisher, name)
);
CREATE INDEX chain_models_block ON chain_models (block, idx);
CREATE INDEX chain_models_owner ON chain_models (owner, block, idx);
CREATE INDEX chain_models_splitter ON chain_models (splitter);

CREATE TABLE chain_versions (
  id       TEXT PRIMARY KEY,
  model    TEXT NOT NULL,
  version  TEXT NOT NULL, -- its number
  manifest TEXT NOT NULL, -- CID of the raw block with the digest that the chain has
  root     TEXT NOT NULL,
  license  TEXT NOT NULL, -- SHA-256 of the text
  owner    TEXT NOT NULL, -- who owned the model then
  block    BIGINT NOT NULL,
  idx      BIGINT NOT NULL,
  tx       TEXT NOT NULL,
  at       BIGINT NOT NULL
);
CREATE INDEX chain_versions_block ON chain_versions (block, idx);
CREATE INDEX chain_versions_model ON chain_versions (model, block, idx);
CREATE INDEX chain_versions_number ON chain_versions (model, version);
CREATE INDEX chain_versions_root ON chain_versions (root, block, idx);

-- What a version was made from: said at publishing (uid '') or by an attestation.
CREATE TABLE chain_parents (
  child    TEXT NOT NULL,
  parent   TEXT NOT NULL,
  uid      TEXT NOT NULL,
  relation TEXT NOT NULL,
  place    BIGINT NOT NULL,
  block    BIGINT NOT NULL,
  idx      BIGINT NOT NULL,
  PRIMARY KEY (child, parent, uid, place)
);
CREATE INDEX chain_parents_block ON chain_parents (block);
CREATE INDEX chain_parents_parent ON chain_parents (parent);

CREATE TABLE chain_aliases (
  block   BIGINT NOT NULL,
  idx     BIGINT NOT NULL,
  model   TEXT NOT NULL,
  name    TEXT NOT NULL,
  version TEXT NOT NULL,
  PRIMARY KEY (block, idx)
);
CREATE INDEX chain_aliases_model ON chain_aliases (model, block, idx);

CREATE TABLE chain_yanks (
  block   BIGINT NOT NULL,
  idx     BIGINT NOT NULL,
  model   TEXT NOT NULL,
  version TEXT NOT NULL,
  reason  TEXT NOT NULL,
  tx      TEXT NOT NULL,
  at      BIGINT NOT NULL,
  PRIMARY KEY (block, idx)
);
CREATE INDEX chain_yanks_model ON chain_yanks (model, block, idx);

CREATE TABLE chain_transfers (
  block    BIGINT NOT NULL,
  idx      BIGINT NOT NULL,
  model    TEXT NOT NULL,
  sender   TEXT NOT NULL, -- zero: it was made
  receiver TEXT NOT NULL,
  tx       TEXT NOT NULL,
  at       BIGINT NOT NULL,
  PRIMARY KEY (block, idx)
);
CREATE INDEX chain_transfers_model ON chain_transfers (model, block, idx);

CREATE TABLE chain_recoveries (
  block    BIGINT NOT NULL,
  idx      BIGINT NOT NULL,
  model    TEXT NOT NULL,
  action   TEXT NOT NULL, -- changed, requested, cancelled
  account  TEXT NOT NULL, -- who may ask; of a request, who would get it; of no, nobody
  ready_at BIGINT NOT NULL, -- of a request
  PRIMARY KEY (block, idx)
);
CREATE INDEX chain_recoveries_model ON chain_recoveries (model, block, idx);

CREATE TABLE chain_plans (
  id           TEXT PRIMARY KEY,
  model        TEXT NOT NULL,
  token        TEXT NOT NULL, -- zero: ETH
  payee        TEXT NOT NULL,
  author_fee   TEXT NOT NULL,
  relay_fee    TEXT NOT NULL,
  compute_cap  TEXT NOT NULL,
  unit_kind    TEXT NOT NULL,
  transferable BOOLEAN NOT NULL,
  period       BIGINT NOT NULL, -- seconds; 0: paid by the unit
  quota        BIGINT NOT NULL,
  block        BIGINT NOT NULL,
  idx          BIGINT NOT NULL,
  tx           TEXT NOT NULL,
  at           BIGINT NOT NULL
);
CREATE INDEX chain_plans_block ON chain_plans (block);
CREATE INDEX chain_plans_model ON chain_plans (model, block, idx);

CREATE TABLE chain_purchases (
  block    BIGINT NOT NULL,
  idx      BIGINT NOT NULL,
  plan     TEXT NOT NULL,
  payer    TEXT NOT NULL,
  receiver TEXT NOT NULL, -- of the passes
  units    TEXT NOT NULL,
  cost     TEXT NOT NULL,
  tx       TEXT NOT NULL,
  at       BIGINT NOT NULL,
  PRIMARY KEY (block, idx)
);
CREATE INDEX chain_purchases_plan ON chain_purchases (plan);
CREATE INDEX chain_purchases_payer ON chain_purchases (payer);

CREATE TABLE chain_refunds (
  block  BIGINT NOT NULL,
  idx    BIGINT NOT NULL,
  plan   TEXT NOT NULL,
  holder TEXT NOT NULL,
  units  TEXT NOT NULL,
  amount TEXT NOT NULL,
  tx     TEXT NOT NULL,
  at     BIGINT NOT NULL,
  PRIMARY KEY (block, idx)
);
CREATE INDEX chain_refunds_plan ON chain_refunds (plan);

-- Passes that went from one holder to another.
CREATE TABLE chain_gifts (
  block    BIGINT NOT NULL,
  idx      BIGINT NOT NULL,
  item     BIGINT NOT NULL, -- of a batch
  plan     TEXT NOT NULL,
  sender   TEXT NOT NULL,
  receiver TEXT NOT NULL,
  units    TEXT NOT NULL,
  PRIMARY KEY (block, idx, item)
);
CREATE INDEX chain_gifts_sender ON chain_gifts (sender);

CREATE TABLE chain_sessions (
  id          TEXT PRIMARY KEY,
  plan        TEXT NOT NULL,
  payer       TEXT NOT NULL,
  operator    TEXT NOT NULL,
  number      TEXT NOT NULL,
  session_key TEXT NOT NULL,
  units       BIGINT NOT NULL,
  ends        BIGINT NOT NULL,
  block       BIGINT NOT NULL,
  idx         BIGINT NOT NULL,
  tx          TEXT NOT NULL,
  at          BIGINT NOT NULL
);
CREATE INDEX chain_sessions_block ON chain_sessions (block);
CREATE INDEX chain_sessions_payer ON chain_sessions (payer, block, idx);
CREATE INDEX chain_sessions_plan ON chain_sessions (plan);

CREATE TABLE chain_session_changes (
  block     BIGINT NOT NULL,
  idx       BIGINT NOT NULL,
  session   TEXT NOT NULL,
  action    TEXT NOT NULL, -- ending, closed
  ends      BIGINT NOT NULL,
  units     BIGINT NOT NULL, -- unused, of one that is closed
  saved     TEXT NOT NULL,
  as_passes BOOLEAN NOT NULL,
  PRIMARY KEY (block, idx)
);
CREATE INDEX chain_session_changes_session ON chain_session_changes (session);

-- What was paid for use: vouchers that were redeemed, subscriptions that ended with units unused, orders that ended with work done.
CREATE TABLE chain_payments (
  block      BIGINT NOT NULL,
  idx        BIGINT NOT NULL,
  item       BIGINT NOT NULL, -- of a batch
  source     TEXT NOT NULL,   -- session, lapse, order
  ref        TEXT NOT NULL,   -- id of the session or order
  plan       TEXT NOT NULL,
  model      TEXT NOT NULL,
  payer      TEXT NOT NULL,
  operator   TEXT NOT NULL,   -- of an order, its relay
  provider   TEXT NOT NULL,   -- of an order; '' for vouchers: chain_credits of the same transaction has them
  token      TEXT NOT NULL,
  units      BIGINT NOT NULL,
  reached    BIGINT NOT NULL, -- units of the session by now
  author     TEXT NOT NULL,   -- what the plan's payee got
  relay      TEXT NOT NULL,
  compute    TEXT NOT NULL,
  transcript TEXT NOT NULL,
  tx         TEXT NOT NULL,
  at         BIGINT NOT NULL,
  PRIMARY KEY (block, idx, item)
);
CREATE INDEX chain_payments_model ON chain_payments (model, at);
CREATE INDEX chain_payments_ref ON chain_payments (ref);

CREATE TABLE chain_orders (
  id         TEXT PRIMARY KEY,
  plan       TEXT NOT NULL,
  version    TEXT NOT NULL,
  payer      TEXT NOT NULL,
  provider   TEXT NOT NULL,
  relay      TEXT NOT NULL,
  arbiter    TEXT NOT NULL,
  units      BIGINT NOT NULL,
  pay        TEXT NOT NULL,
  bond       TEXT NOT NULL,
  fee        TEXT NOT NULL,
  job        TEXT NOT NULL,
  accept_by  BIGINT NOT NULL,
  deliver_by BIGINT NOT NULL,
  review     BIGINT NOT NULL,
  ruling     BIGINT NOT NULL,
  block      BIGINT NOT NULL,
  idx        BIGINT NOT NULL,
  tx         TEXT NOT NULL,
  at         BIGINT NOT NULL
);
CREATE INDEX chain_orders_block ON chain_orders (block);
CREATE INDEX chain_orders_plan ON chain_orders (plan);

CREATE TABLE chain_order_changes (
  block    BIGINT NOT NULL,
  idx      BIGINT NOT NULL,
  order_id TEXT NOT NULL,
  state    TEXT NOT NULL,   -- accepted, delivered, disputed, equivocated, and how it ended: withdrawn, undelivered, paid, ruled, unruled, slashed
  due      BIGINT NOT NULL, -- when that state ends by time
  done     BIGINT NOT NULL, -- units, of one that ended
  lost     TEXT NOT NULL,   -- of the bond
  digest   TEXT NOT NULL,   -- of what was delivered, of the reason of a dispute
  PRIMARY KEY (block, idx)
);
CREATE INDEX chain_order_changes_order ON chain_order_changes (order_id);

-- What accounts have to withdraw, and have withdrawn.
CREATE TABLE chain_credits (
  block    BIGINT NOT NULL,
  idx      BIGINT NOT NULL,
  contract TEXT NOT NULL, -- UsageController, JobOrders
  token    TEXT NOT NULL,
  account  TEXT NOT NULL,
  amount   TEXT NOT NULL,
  receiver TEXT NOT NULL, -- of a withdrawal; '' for a credit
  tx       TEXT NOT NULL,
  at       BIGINT NOT NULL,
  PRIMARY KEY (block, idx)
);
CREATE INDEX chain_credits_account ON chain_credits (account);
CREATE INDEX chain_credits_tx ON chain_credits (tx);

CREATE TABLE chain_splits (
  splitter  TEXT NOT NULL,
  place     BIGINT NOT NULL,
  recipient TEXT NOT NULL,
  parts     BIGINT NOT NULL, -- per million
  block     BIGINT NOT NULL,
  idx       BIGINT NOT NULL,
  PRIMARY KEY (splitter, place)
);
CREATE INDEX chain_splits_block ON chain_splits (block);
CREATE INDEX chain_splits_recipient ON chain_splits (recipient);

CREATE TABLE chain_attestations (
  uid       TEXT PRIMARY KEY,
  schema    TEXT NOT NULL, -- by the names of the deployment: evaluation, lineage
  attester  TEXT NOT NULL,
  recipient TEXT NOT NULL,
  block     BIGINT NOT NULL,
  idx       BIGINT NOT NULL,
  tx        TEXT NOT NULL,
  at        BIGINT NOT NULL
);
CREATE INDEX chain_attestations_block ON chain_attestations (block);

CREATE TABLE chain_revocations (
  block BIGINT NOT NULL,
  idx   BIGINT NOT NULL,
  uid   TEXT NOT NULL,
  PRIMARY KEY (block, idx)
);
CREATE INDEX chain_revocations_uid ON chain_revocations (uid);

CREATE TABLE chain_token_changes (
  block   BIGINT NOT NULL,
  idx     BIGINT NOT NULL,
  token   TEXT NOT NULL,
  allowed BOOLEAN NOT NULL,
  PRIMARY KEY (block, idx)
);

-- The second part is what was asked for elsewhere. It follows from what its key names, so no block takes it along.

-- What tokens say of themselves.
CREATE TABLE tokens (
  address  TEXT PRIMARY KEY,
  symbol   TEXT NOT NULL,
  decimals BIGINT NOT NULL
);

-- What attestations of the schema "evaluation" say: the event has only their id.
CREATE TABLE evaluations (
  uid      TEXT PRIMARY KEY,
  version  TEXT NOT NULL,
  task     TEXT NOT NULL,
  dataset  TEXT NOT NULL,
  metric   TEXT NOT NULL,
  value    TEXT NOT NULL,
  evidence TEXT NOT NULL
);
CREATE INDEX evaluations_version ON evaluations (version);

-- Whether the manifest of a version on chain is what the chain says. Versions that are not here were not looked at yet.
CREATE TABLE manifests (
  version TEXT PRIMARY KEY,
  state   TEXT NOT NULL,   -- verified, unavailable, mismatch
  reason  TEXT NOT NULL,   -- '' when verified
  tries   BIGINT NOT NULL,
  again   BIGINT NOT NULL, -- when to try next, Unix microseconds; 0: never
  checked BIGINT NOT NULL  -- when it was tried last
);
CREATE INDEX manifests_again ON manifests (again);

-- Those that are here because the chain has them, and leave with it.
ALTER TABLE versions ADD COLUMN chain TEXT NOT NULL DEFAULT ''; -- id of the version, '' for what came by upload or from the operator

-- +goose Down
ALTER TABLE versions DROP COLUMN chain;
DROP TABLE manifests;
DROP TABLE evaluations;
DROP TABLE tokens;
DROP TABLE chain_token_changes;
DROP TABLE chain_revocations;
DROP TABLE chain_attestations;
DROP TABLE chain_splits;
DROP TABLE chain_credits;
DROP TABLE chain_order_changes;
DROP TABLE chain_orders;
DROP TABLE chain_payments;
DROP TABLE chain_session_changes;
DROP TABLE chain_sessions;
DROP TABLE chain_gifts;
DROP TABLE chain_refunds;
DROP TABLE chain_purchases;
DROP TABLE chain_plans;
DROP TABLE chain_recoveries;
DROP TABLE chain_transfers;
DROP TABLE chain_yanks;
DROP TABLE chain_aliases;
DROP TABLE chain_parents;
DROP TABLE chain_versions;
DROP TABLE chain_models;
DROP TABLE chain_blocks;
DROP TABLE chain_cursor;
