-- +goose Up
-- Jobs that are paid one by one, by an authorization of the payer's (ERC-3009) that the relay brings to the chain once the job is done.
CREATE TABLE exact_payments (
  job          TEXT PRIMARY KEY REFERENCES jobs (id),
  payer        TEXT NOT NULL,
  nonce        TEXT NOT NULL,   -- of the authorization: 0x and 64 digits
  pay_to       TEXT NOT NULL,   -- the splitter of those who are paid
  value        BIGINT NOT NULL, -- in the smallest unit of a dollar; author_fee, relay_fee and what the provider asks for
  valid_after  BIGINT NOT NULL, -- seconds, as on chain
  valid_before BIGINT NOT NULL,
  signature    BYTEA NOT NULL,
  payee        TEXT NOT NULL,   -- who gets author_fee
  author_fee   BIGINT NOT NULL,
  relay_fee    BIGINT NOT NULL,
  provider     TEXT NOT NULL,   -- the one that was quoted
  quote        BYTEA NOT NULL,  -- hash of it and of the request
  state        TEXT NOT NULL,   -- held, due, paid, safe; void where the job failed, lost where the chain did not pay
  tx           TEXT NOT NULL,   -- that was sent last, or that paid
  block        BIGINT NOT NULL, -- that paid; before that, the newest one when the authorization was found to be good
  hash         TEXT NOT NULL,   -- of the block that paid
  changed      BIGINT NOT NULL,
  UNIQUE (payer, nonce)
);
CREATE INDEX exact_payments_open ON exact_payments (changed) WHERE state = 'due' OR state = 'paid';

-- +goose Down
DROP TABLE exact_payments;
