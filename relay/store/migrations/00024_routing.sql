-- +goose Up
-- Who may do a job, as its payer says, and why a provider was given it: both in JSON of package route. '' for anybody.
ALTER TABLE jobs ADD COLUMN routing TEXT NOT NULL DEFAULT '';
ALTER TABLE attempts ADD COLUMN choice TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE attempts DROP COLUMN choice;
ALTER TABLE jobs DROP COLUMN routing;
