-- +goose Up
-- What is searched of models: words, in lower case, without accents. Read into memory by each relay.
CREATE TABLE texts (
  model   BIGINT PRIMARY KEY REFERENCES models (id),
  changed BIGINT NOT NULL,
  name    TEXT NOT NULL,
  title   TEXT NOT NULL,
  summary TEXT NOT NULL,
  tags    TEXT NOT NULL,
  authors TEXT NOT NULL,
  card    TEXT NOT NULL
);
CREATE INDEX texts_changed ON texts (changed);

-- +goose Down
DROP TABLE texts;
