-- +goose Up
-- Releases that pinning services are to keep.
CREATE TABLE pins (
  release TEXT NOT NULL,
  service TEXT NOT NULL,
  name    TEXT NOT NULL,
  request TEXT NOT NULL,   -- the service's id for it, '' before it has one
  state   TEXT NOT NULL,   -- waiting, queued, pinning, pinned, failed, dropped
  tries   BIGINT NOT NULL, -- since its state changed last
  due     BIGINT NOT NULL, -- when to ask again
  detail  TEXT NOT NULL,   -- what the service said
  PRIMARY KEY (release, service)
);
CREATE INDEX pins_due ON pins (service, due);

-- +goose Down
DROP TABLE pins;
