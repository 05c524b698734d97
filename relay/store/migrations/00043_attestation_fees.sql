-- +goose Up
-- Hashes of transactions of the row's nonce that tx pays more than, with spaces between: any of them may be mined instead.
ALTER TABLE attestations ADD COLUMN replaced TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE attestations DROP COLUMN replaced;
