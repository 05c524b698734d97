-- name: OpenJobs :many
SELECT state, COUNT(*) AS n FROM jobs WHERE ended = 0 GROUP BY state;

-- name: LedgerKinds :many
SELECT CASE WHEN account LIKE 'free/%' THEN 'free' WHEN account LIKE 'session/%' THEN 'session' WHEN account LIKE 'provider/%' THEN 'provider' WHEN account LIKE 'due/%' THEN 'due'
  WHEN account IN ('held', 'relay') THEN account ELSE 'other' END AS kind, CAST(SUM(amount) AS BIGINT) AS amount
FROM ledger_entries GROUP BY 1;

-- name: OldestUnsettled :one
-- When the oldest job of a session's ended that is in no settlement which is safe; 0 for none.
SELECT CAST(COALESCE(MIN(at), 0) AS BIGINT) FROM (
  SELECT MIN(j.ended) AS at FROM vouchers v JOIN jobs j ON j.id = v.job AND j.state = 'succeeded' WHERE v.open = 1
  UNION ALL SELECT MIN(created) AS at FROM settlements WHERE open = 1) AS both_kinds;

-- name: OpenMessages :one
SELECT COUNT(*) FROM outbox WHERE ended = 0;
