-- +goose Up
-- How many accounts outside of a model's cluster attest an evaluation of it.
ALTER TABLE rankings ADD COLUMN evaluators BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE rankings DROP COLUMN evaluators;
