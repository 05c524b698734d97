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

-- name: Unsettled :many
-- Jobs of sessions that succeeded and are in no settlement, of sessions that were opened up to a block, that which ends first first.
SELECT v.session, u.plan, u.settled, s.number, s.ends, v.job, v.units, a.provider, a.pay, j.ended, j.settle_by, r.document
FROM vouchers v
JOIN jobs j ON j.id = v.job AND j.state = 'succeeded'
JOIN attempts a ON a.job = v.job AND a.fence = j.fence AND a.state = 'done'
JOIN receipts r ON r.job = v.job
JOIN session_uses u ON u.session = v.session
JOIN chain_sessions s ON s.id = v.session
WHERE v.open = 1 AND s.block <= @block
ORDER BY s.ends, v.session, j.ended, v.place LIMIT @most;

-- name: VoucherThatSays :one
SELECT * FROM vouchers WHERE session = @session AND reached = @reached ORDER BY place DESC LIMIT 1;

-- name: SettleUnits :execrows
UPDATE session_uses SET settled = settled + @units WHERE session = @session AND settled = @before;

-- name: AddSettlement :exec
INSERT INTO settlements (id, state, open, call, count, root, leaves, tx, block, hash, created, changed)
VALUES (@id, 'built', 1, @call, @count, @root, @leaves, '', 0, '', @created, @created);

-- name: AddSettlementItem :exec
INSERT INTO settlement_items (settlement, session, job, reached, state, reason) VALUES (@settlement, @session, @job, @reached, 'open', '');

-- name: AddSettledReceipt :exec
INSERT INTO settled_receipts (job, settlement, session, place, leaf) VALUES (@job, @settlement, @session, @place, @leaf);

-- name: OpenSettlement :one
SELECT * FROM settlements WHERE open = 1;

-- name: Settlement :one
SELECT * FROM settlements WHERE id = @id;

-- name: Settlements :many
SELECT * FROM settlements WHERE id < @before ORDER BY id DESC LIMIT @most;

-- name: SettlementTxs :many
SELECT * FROM settlement_txs WHERE settlement = @settlement ORDER BY nonce, sent;

-- name: AddSettlementTx :exec
INSERT INTO settlement_txs (tx, settlement, nonce, raw, sent) VALUES (@tx, @settlement, @nonce, @raw, @sent);

-- name: MoveSettlement :execrows
UPDATE settlements SET state = @state, tx = @tx, block = @block, hash = @hash, changed = @changed WHERE id = @id AND state = @from_state;

-- name: CloseSettlement :execrows
UPDATE settlements SET state = 'safe', open = NULL, changed = @changed WHERE id = @id AND state = 'mined' AND hash = @hash;

-- name: SettlementItems :many
-- With whether the chain has paid it, in a block up to a number.
SELECT i.*, CAST((SELECT COUNT(*) FROM chain_payments p WHERE p.ref = i.session AND p.source = 'session' AND p.reached = i.reached AND p.block <= @block) AS BIGINT) AS paid
FROM settlement_items i WHERE i.settlement = @settlement ORDER BY i.session;

-- name: EndSettlementItem :exec
UPDATE settlement_items SET state = @state, reason = @reason WHERE settlement = @settlement AND session = @session;

-- name: ReceiptsOfItem :many
SELECT job FROM settled_receipts WHERE settlement = @settlement AND session = @session ORDER BY place;

-- name: Captured :many
SELECT account, amount FROM ledger_entries WHERE job = @job AND step = 'capture' AND account LIKE 'due/%';

-- name: SettledReceipt :one
SELECT * FROM settled_receipts WHERE job = @job;

-- name: LeavesOf :many
SELECT leaf FROM settled_receipts WHERE settlement = @settlement ORDER BY place;

-- name: CloseVoucher :exec
UPDATE vouchers SET open = 0 WHERE job = @job;

-- name: UndoneReceipts :many
-- Jobs that are due from sessions which the chain does not have, and were to be settled before.
SELECT v.job, v.session FROM vouchers v JOIN jobs j ON j.id = v.job AND j.state = 'succeeded'
WHERE v.open = 1 AND j.settle_by < @before AND NOT EXISTS (SELECT 1 FROM chain_sessions s WHERE s.id = v.session) ORDER BY v.job LIMIT 500;

-- name: LapsedSubscription :one
-- One whose period was over before, in a token, that is not closed, nor about to be, and has units which nobody redeemed.
SELECT s.id, s.plan, s.number FROM chain_sessions s JOIN chain_plans p ON p.id = s.plan AND p.period > 0 AND p.token = @token
WHERE s.operator = @operator AND s.ends < @before
  AND NOT EXISTS (SELECT 1 FROM chain_session_changes c WHERE c.session = s.id AND c.action = 'closed')
  AND NOT EXISTS (SELECT 1 FROM closings k WHERE k.session = s.id)
  AND s.units > (SELECT COALESCE(MAX(x.reached), 0) FROM chain_payments x WHERE x.ref = s.id AND x.source = 'session')
ORDER BY s.ends LIMIT 1;

-- name: OpenClosings :many
-- Those of sessions that the chain does not say are closed.
SELECT k.session, k.tx, k.nonce, k.raw, k.sent, s.plan, s.number FROM closings k JOIN chain_sessions s ON s.id = k.session
WHERE NOT EXISTS (SELECT 1 FROM chain_session_changes c WHERE c.session = k.session AND c.action = 'closed') ORDER BY k.nonce LIMIT @most;

-- name: AddClosing :execrows
INSERT INTO closings (session, tx, nonce, raw, sent) VALUES (@session, @tx, @nonce, @raw, @sent) ON CONFLICT (session) DO NOTHING;

-- name: ReplaceClosing :execrows
UPDATE closings SET tx = @tx, nonce = @nonce, raw = @raw, sent = @sent WHERE session = @session AND tx = @old;

-- name: DropClosing :exec
DELETE FROM closings WHERE session = @session AND tx = @tx;

-- name: UsagePlans :many
-- By what sessions for a manifest may be opened in a token: of all models that have it.
SELECT p.id, p.model, p.author_fee, p.relay_fee, p.compute_cap, p.period, p.quota FROM chain_plans p JOIN chain_versions v ON v.model = p.model
WHERE v.manifest = @manifest AND p.token = @token ORDER BY v.block, v.idx, p.block, p.idx LIMIT 100;
