-- name: BeginSessionUse :exec
INSERT INTO session_uses (session, account, plan, payee, author_fee, relay_fee, compute_cap, vouchers, transcript, held, used)
VALUES (@session, @account, @plan, @payee, @author_fee, @relay_fee, @compute_cap, 0, @transcript, 0, 0) ON CONFLICT (session) DO NOTHING;

-- name: SessionUse :one
SELECT * FROM session_uses WHERE session = @session;

-- name: PromiseUnits :one
-- Moves a session on by a voucher, if it is the one that is next.
UPDATE session_uses SET vouchers = vouchers + 1, transcript = @transcript, held = held + @units
WHERE session = @session AND transcript = @before AND held + used + @units = @reached RETURNING vouchers;

-- name: UseUnits :one
UPDATE session_uses SET held = held - @units, used = used + @units WHERE session = @session RETURNING *;

-- name: ReturnUnits :exec
UPDATE session_uses SET held = held - @units WHERE session = @session;

-- name: KeepVoucher :exec
INSERT INTO vouchers (job, session, place, reached, units, transcript, signature) VALUES (@job, @session, @place, @reached, @units, @transcript, @signature);

-- name: VoucherOf :one
SELECT * FROM vouchers WHERE job = @job;

-- name: VoucherByTranscript :one
SELECT * FROM vouchers WHERE session = @session AND transcript = @transcript LIMIT 1;

-- name: NewestVoucher :one
SELECT * FROM vouchers WHERE session = @session ORDER BY place DESC LIMIT 1;

-- name: SessionTerms :one
-- A session as the chain has it now, with its plan.
SELECT s.*, p.model, p.payee, p.token, p.author_fee, p.relay_fee, p.compute_cap, p.period,
  CAST(COALESCE((SELECT MIN(c.ends) FROM chain_session_changes c WHERE c.session = s.id), s.ends) AS BIGINT) AS ends_now,
  CAST((SELECT COUNT(*) FROM chain_session_changes c WHERE c.session = s.id AND c.action = 'closed') AS BIGINT) AS closed,
  CAST(COALESCE((SELECT MAX(x.reached) FROM chain_payments x WHERE x.ref = s.id AND x.source = 'session'), 0) AS BIGINT) AS redeemed
FROM chain_sessions s JOIN chain_plans p ON p.id = s.plan WHERE s.id = @id;

-- name: SessionIDsOf :many
SELECT id FROM chain_sessions WHERE payer = @payer AND operator = @operator ORDER BY block DESC, idx DESC LIMIT @most;

-- name: ModelHasManifest :one
SELECT EXISTS (SELECT 1 FROM chain_versions WHERE model = @model AND manifest = @manifest);
