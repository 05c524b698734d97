-- name: AddExactPayment :execrows
INSERT INTO exact_payments (job, payer, nonce, pay_to, value, valid_after, valid_before, signature, payee, author_fee, relay_fee, provider, quote, state, tx, block, hash, changed)
VALUES (@job, @payer, @nonce, @pay_to, @value, @valid_after, @valid_before, @signature, @payee, @author_fee, @relay_fee, @provider, @quote, 'held', '', @block, '', @changed)
ON CONFLICT (payer, nonce) DO NOTHING;

-- name: ExactPayment :one
SELECT * FROM exact_payments WHERE job = @job;

-- name: ExactPaymentBy :one
SELECT * FROM exact_payments WHERE payer = @payer AND nonce = @nonce;

-- name: OpenExactPayments :many
-- Those that the chain has to pay, or may still undo, the one that was looked at longest ago first.
SELECT * FROM exact_payments WHERE state = 'due' OR state = 'paid' ORDER BY changed LIMIT @most;

-- name: MoveExactPayment :execrows
UPDATE exact_payments SET state = @state, tx = @tx, block = @block, hash = @hash, changed = @changed WHERE job = @job AND state = @from_state AND changed = @was;

-- name: EndExactPayment :exec
UPDATE exact_payments SET state = @state, changed = @changed WHERE job = @job AND state = 'held';

-- name: PaidOutput :one
-- What came of a job, unless it is paid for by itself and the chain has not done so.
SELECT d.body FROM job_data d WHERE d.job = @job AND d.part = 'output'
AND NOT EXISTS (SELECT 1 FROM exact_payments p WHERE p.job = d.job AND p.state <> 'paid' AND p.state <> 'safe');

-- name: PlansOf :many
-- By what models of a manifest can be paid in a token, unit by unit: the model first that had it first.
SELECT p.model, p.payee, p.author_fee, p.relay_fee, p.compute_cap FROM chain_plans p JOIN chain_versions v ON v.model = p.model
WHERE v.manifest = @manifest AND p.token = @token AND p.period = 0 ORDER BY v.block, v.idx, p.block, p.idx LIMIT 100;

-- name: OpenExactSum :one
-- What a payer's payments are for that the chain has not paid.
SELECT CAST(COALESCE(SUM(value), 0) AS BIGINT) FROM exact_payments WHERE payer = @payer AND state IN ('held', 'due');
