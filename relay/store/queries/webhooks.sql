-- name: Tell :exec
INSERT INTO outbox (id, job, event, tries, due, ended, detail) VALUES (@id, @job, @event, 0, @due, 0, '') ON CONFLICT (id) DO NOTHING;

-- name: DueMessages :many
SELECT id FROM outbox WHERE ended = 0 AND due <= @now ORDER BY due LIMIT @most;

-- name: TakeMessage :one
UPDATE outbox SET tries = tries + 1, due = @until WHERE id = @id AND ended = 0 AND due <= @now RETURNING *;

-- name: EndMessage :exec
UPDATE outbox SET ended = @ended, detail = @detail WHERE id = @id;

-- name: RetryMessage :exec
UPDATE outbox SET due = @due, detail = @detail WHERE id = @id AND ended = 0;

-- name: Messages :many
SELECT * FROM outbox WHERE job = @job ORDER BY id;

-- name: ForgetMessages :execrows
DELETE FROM outbox WHERE job < @before AND ended > 0;

-- name: KeepSecret :exec
INSERT INTO webhook_secrets (account, secret) VALUES (@account, @secret) ON CONFLICT (account) DO NOTHING;

-- name: NewSecret :exec
INSERT INTO webhook_secrets (account, secret) VALUES (@account, @secret) ON CONFLICT (account) DO UPDATE SET secret = excluded.secret;

-- name: Secret :one
SELECT secret FROM webhook_secrets WHERE account = @account;
