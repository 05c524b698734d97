-- +goose Up
-- Without its salt nobody can say an order's terms again.
ALTER TABLE chain_orders ADD COLUMN salt TEXT NOT NULL DEFAULT '';
CREATE INDEX chain_orders_payer ON chain_orders (payer);
CREATE INDEX chain_orders_provider ON chain_orders (provider);
CREATE INDEX chain_orders_relay ON chain_orders (relay);

-- Who orders on chain names the provider, which alone does the job.
ALTER TABLE jobs ADD COLUMN order_id TEXT NOT NULL DEFAULT '';
ALTER TABLE jobs ADD COLUMN pinned TEXT NOT NULL DEFAULT '';

-- How far the relay is with an order that names it.
CREATE TABLE orders (
  id      TEXT PRIMARY KEY,  -- as on chain
  job     TEXT NOT NULL,     -- '' while there is none
  state   TEXT NOT NULL,     -- waiting (for its specification, or for the chain), begun, refused, undone (by the chain), closed (entered into the ledger)
  code    TEXT NOT NULL,     -- why it waits or is refused
  detail  TEXT NOT NULL,
  tries   BIGINT NOT NULL,
  again   BIGINT NOT NULL,   -- when it is looked at again
  changed BIGINT NOT NULL
);
CREATE INDEX orders_job ON orders (job);
CREATE INDEX orders_open ON orders (state) WHERE state <> 'closed';

-- +goose Down
DROP TABLE orders;
ALTER TABLE jobs DROP COLUMN pinned;
ALTER TABLE jobs DROP COLUMN order_id;
DROP INDEX chain_orders_relay;
DROP INDEX chain_orders_provider;
DROP INDEX chain_orders_payer;
ALTER TABLE chain_orders DROP COLUMN salt;
