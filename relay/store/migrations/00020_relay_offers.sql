-- +goose Up
-- What a relay's providers offer, in JSON of package jobs: other relays of this database take jobs for them.
ALTER TABLE relays ADD COLUMN offers TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE relays DROP COLUMN offers;
