-- +goose Up
-- What the operator pays for a job beside the provider, and what of the operator's limits it counts against.
ALTER TABLE holds ADD COLUMN author TEXT NOT NULL DEFAULT '';       -- who gets author_fee
ALTER TABLE holds ADD COLUMN author_fee BIGINT NOT NULL DEFAULT 0;  -- in the smallest unit of a dollar
ALTER TABLE holds ADD COLUMN counts TEXT NOT NULL DEFAULT '';       -- names of grant_counts, apart by spaces

-- How much was granted of what is limited beside accounts: a network, a model, all together; each anew every day.
CREATE TABLE grant_counts (
  what   TEXT PRIMARY KEY,
  day    TEXT NOT NULL,
  amount BIGINT NOT NULL
);
CREATE INDEX grant_counts_day ON grant_counts (day);

-- +goose Down
DROP TABLE grant_counts;
ALTER TABLE holds DROP COLUMN counts;
ALTER TABLE holds DROP COLUMN author_fee;
ALTER TABLE holds DROP COLUMN author;
