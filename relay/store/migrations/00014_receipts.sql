-- +goose Up
-- What its payer lets others see of a receipt: '' nothing, receipt, or request: what was asked, too.
ALTER TABLE receipts ADD COLUMN sharing TEXT NOT NULL DEFAULT '';
CREATE INDEX receipts_of ON receipts (account, job);
CREATE INDEX attempts_by ON attempts (provider, job);

-- +goose Down
DROP INDEX attempts_by;
DROP INDEX receipts_of;
ALTER TABLE receipts DROP COLUMN sharing;
