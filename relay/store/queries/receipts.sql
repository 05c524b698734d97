-- name: ReceiptsOf :many
SELECT sqlc.embed(r), j.manifest FROM receipts r JOIN jobs j ON j.id = r.job
WHERE r.account = @account AND r.job < @before AND (CAST(@manifest AS TEXT) = '' OR j.manifest = @manifest) AND (CAST(@provider AS TEXT) = '' OR r.provider = @provider)
ORDER BY r.job DESC LIMIT @most;

-- name: ReceiptsBy :many
SELECT sqlc.embed(r), j.manifest FROM receipts r JOIN jobs j ON j.id = r.job
WHERE r.provider = @provider AND r.job < @before AND (CAST(@manifest AS TEXT) = '' OR j.manifest = @manifest) AND (CAST(@account AS TEXT) = '' OR r.account = @account)
ORDER BY r.job DESC LIMIT @most;

-- name: ShareReceipt :execrows
UPDATE receipts SET sharing = @sharing WHERE job = @job AND account = @account;

-- name: ProviderDays :many
-- What a provider's attempts came to, by day (UTC) and state.
SELECT CAST(started / 86400000000 AS BIGINT) AS day, state, COUNT(*) AS n, CAST(COALESCE(SUM(pay), 0) AS BIGINT) AS pay,
  CAST(COALESCE(SUM(CASE WHEN ended > started THEN ended - started ELSE 0 END), 0) AS BIGINT) AS took
FROM attempts WHERE provider = @provider AND job >= @first GROUP BY 1, 2 ORDER BY 1, 2;

-- name: ProviderAttempts :many
SELECT sqlc.embed(a), j.manifest, j.mode FROM attempts a JOIN jobs j ON j.id = a.job
WHERE a.provider = @provider AND (a.job < @job OR a.job = @job AND a.fence < @fence) ORDER BY a.job DESC, a.fence DESC LIMIT @most;
