-- name: CreateNonce :exec
INSERT INTO nonces (nonce, expires) VALUES (@nonce, @expires);

-- name: UseNonce :execrows
DELETE FROM nonces WHERE nonce = @nonce AND expires > @now;

-- name: ForgetNonces :execrows
DELETE FROM nonces WHERE expires <= @now;

-- name: CreateAccount :exec
INSERT INTO accounts (address, created) VALUES (@address, @now) ON CONFLICT (address) DO NOTHING;

-- name: Account :one
SELECT * FROM accounts WHERE address = @address;

-- name: CreateSession :exec
INSERT INTO sessions (id, token, address, agent, created, seen, expires)
VALUES (@id, @token, @address, @agent, @created, @seen, @expires);

-- name: SessionByToken :one
SELECT * FROM sessions WHERE token = @token AND expires > @now;

-- name: SeeSession :exec
UPDATE sessions SET seen = @now WHERE id = @id;

-- name: Sessions :many
SELECT * FROM sessions WHERE address = @address AND expires > @now ORDER BY created DESC, id DESC;

-- name: EndSession :execrows
DELETE FROM sessions WHERE id = @id AND address = @address;

-- name: EndSessions :execrows
DELETE FROM sessions WHERE address = @address;

-- name: EndOldestSessions :exec
DELETE FROM sessions WHERE id IN (
  SELECT o.id FROM sessions o WHERE o.address = @address ORDER BY o.created DESC, o.id DESC LIMIT 1000 OFFSET @keep);

-- name: ForgetSessions :execrows
DELETE FROM sessions WHERE expires <= @now;

-- name: CreateKey :exec
INSERT INTO api_keys (id, secret, address, name, scopes, created, used, expires)
VALUES (@id, @secret, @address, @name, @scopes, @created, 0, @expires);

-- name: CountKeys :one
SELECT count(*) FROM api_keys WHERE address = @address;

-- name: KeyBySecret :one
SELECT * FROM api_keys WHERE secret = @secret AND (expires = 0 OR expires > @now);

-- name: UseKey :exec
UPDATE api_keys SET used = @now WHERE id = @id;

-- name: Keys :many
SELECT * FROM api_keys WHERE address = @address ORDER BY created DESC, id DESC;

-- name: RevokeKey :execrows
DELETE FROM api_keys WHERE id = @id AND address = @address;

-- name: RevokeKeys :execrows
DELETE FROM api_keys WHERE address = @address;

-- name: AddEvent :exec
INSERT INTO events (id, address, at, action, detail) VALUES (@id, @address, @at, @action, @detail);

-- name: Events :many
SELECT * FROM events WHERE address = @address AND id < @before ORDER BY id DESC LIMIT @most;
