-- +goose Up
-- Manifests of releases that are listed because the chain has them, and that are yet to be scanned.
CREATE TABLE scans (
  manifest TEXT PRIMARY KEY,
  since    BIGINT NOT NULL -- Unix microseconds
);
CREATE INDEX scans_since ON scans (since);

-- +goose Down
DROP TABLE scans;
