-- name: OpenCheck :execrows
INSERT INTO checks (job, kind, provider, state, other, referee, checker, detail, created, ended) VALUES (@job, @kind, @provider, 'open', '', '', '', '', @created, 0)
ON CONFLICT (job) DO UPDATE SET kind = excluded.kind, state = 'open', other = '', referee = '', checker = '', detail = '', created = excluded.created, ended = 0
WHERE checks.state = 'failed' AND excluded.kind = 'replay';

-- name: Check :one
SELECT * FROM checks WHERE job = @job;

-- name: OpenChecks :many
SELECT * FROM checks WHERE ended = 0 ORDER BY created LIMIT @most;

-- name: AskCheck :exec
UPDATE checks SET other = @other, referee = @referee WHERE job = @job AND ended = 0;

-- name: EndCheck :execrows
UPDATE checks SET state = @state, checker = @checker, detail = @detail, ended = @ended WHERE job = @job AND ended = 0;

-- name: AddCheck :exec
INSERT INTO checks (job, kind, provider, state, other, referee, checker, detail, created, ended) VALUES (@job, @kind, @provider, @state, @other, @referee, @checker, @detail, @created, @ended)
ON CONFLICT (job) DO NOTHING;

-- name: KeepEvidence :exec
INSERT INTO evidence (job, provider, document, created) VALUES (@job, @provider, @document, @created) ON CONFLICT (job) DO NOTHING;

-- name: Evidence :one
SELECT * FROM evidence WHERE job = @job;

-- name: Ban :exec
INSERT INTO bans (provider, job, reason, created) VALUES (@provider, @job, @reason, @created) ON CONFLICT (provider) DO NOTHING;

-- name: Bans :many
SELECT * FROM bans ORDER BY created, provider;

-- name: LiftBan :execrows
DELETE FROM bans WHERE provider = @provider;

-- name: CheckCounts :many
-- What was found of each provider, and of what was found lately.
SELECT provider, state, kind, COUNT(*) AS n, CAST(COALESCE(SUM(CASE WHEN ended >= @lately THEN 1 ELSE 0 END), 0) AS BIGINT) AS newer FROM checks WHERE ended > 0 GROUP BY provider, state, kind;

-- name: ProviderChecks :many
SELECT sqlc.embed(c), j.manifest, j.mode FROM checks c JOIN jobs j ON j.id = c.job
WHERE c.provider = @provider AND c.ended > 0 AND (c.state = 'differs' OR c.state = 'disputed') ORDER BY c.ended DESC LIMIT @most;

-- name: GrantReplay :execrows
INSERT INTO replay_grants (key, day, used) VALUES (@key, @day, 1)
ON CONFLICT (key) DO UPDATE SET used = replay_grants.used + 1 WHERE replay_grants.used < @most;

-- name: ForgetReplayGrants :exec
DELETE FROM replay_grants WHERE day < @before;
