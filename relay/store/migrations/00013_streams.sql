-- +goose Up
-- Whether parts of its answer have gone out: then nobody begins anew without being asked.
ALTER TABLE attempts ADD COLUMN streamed BOOLEAN NOT NULL DEFAULT FALSE;

-- +goose Down
ALTER TABLE attempts DROP COLUMN streamed;
