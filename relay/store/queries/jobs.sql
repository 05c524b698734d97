-- name: RenewRelay :exec
INSERT INTO relays (id, beat, offers) VALUES (@id, @beat, @offers) ON CONFLICT (id) DO UPDATE SET beat = excluded.beat, offers = excluded.offers;

-- name: DropRelay :exec
DELETE FROM relays WHERE id = @id AND beat = @beat;

-- name: Relays :many
SELECT * FROM relays;

-- name: KeepKey :execrows
INSERT INTO idempotency_keys (account, key, request, job) VALUES (@account, @key, @request, @job) ON CONFLICT (account, key) DO NOTHING;

-- name: KeptKey :one
SELECT * FROM idempotency_keys WHERE account = @account AND key = @key;

-- name: CountOpenJobs :one
SELECT count(*) FROM jobs WHERE account = @account AND ended = 0;

-- name: Spend :execrows
INSERT INTO spendings (payer, amount) VALUES (@payer, @amount)
ON CONFLICT (payer) DO UPDATE SET amount = spendings.amount + excluded.amount WHERE spendings.amount + excluded.amount <= @most;

-- name: Unspend :exec
UPDATE spendings SET amount = amount - @amount WHERE payer = @payer;

-- name: Spent :one
SELECT amount FROM spendings WHERE payer = @payer;

-- name: CreateJob :exec
INSERT INTO jobs (id, account, manifest, mode, request, state, code, detail, fence, due, deadline, created, started, ended, session, settle_by, webhook, webhook_events, routing, order_id, pinned)
VALUES (@id, @account, @manifest, @mode, @request, @state, '', '', @fence, @due, @deadline, @created, @started, 0, @session, @settle_by, @webhook, @webhook_events, @routing, @order_id, @pinned);

-- name: KeepData :exec
INSERT INTO job_data (job, part, body) VALUES (@job, @part, @body);

-- name: JobData :one
SELECT body FROM job_data WHERE job = @job AND part = @part;

-- name: ForgetData :execrows
DELETE FROM job_data WHERE job_data.job < @before AND job_data.job IN (SELECT j.id FROM jobs j WHERE j.id < @before AND j.ended > 0)
AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.job = job_data.job AND o.state <> 'closed');

-- name: ForgetKeys :execrows
DELETE FROM idempotency_keys WHERE job < @before;

-- name: CreateHold :exec
INSERT INTO holds (job, payer, amount, compute, state, created, ended, author, author_fee, counts)
VALUES (@job, @payer, @amount, @compute, 'held', @created, 0, @author, @author_fee, @counts);

-- name: EndHold :one
UPDATE holds SET state = @state, ended = @ended WHERE job = @job AND state = 'held' RETURNING *;

-- name: AddEntry :exec
INSERT INTO ledger_entries (job, step, account, amount, at) VALUES (@job, @step, @account, @amount, @at);

-- name: Job :one
SELECT * FROM jobs WHERE id = @id;

-- name: Jobs :many
SELECT * FROM jobs WHERE account = @account AND id < @before ORDER BY id DESC LIMIT @most;

-- name: DeadJobs :many
SELECT * FROM jobs WHERE state = 'failed' AND id < @before ORDER BY id DESC LIMIT @most;

-- name: DueJobs :many
SELECT sqlc.embed(j), h.compute FROM jobs j JOIN holds h ON h.job = j.id WHERE j.state = 'starting' AND (j.due <= @now OR j.due > @never) ORDER BY j.due LIMIT @most;

-- name: LateJobs :many
SELECT id FROM jobs WHERE ended = 0 AND deadline <= @now ORDER BY deadline LIMIT 500;

-- name: StartJob :one
UPDATE jobs SET state = 'processing', fence = fence + 1, started = CASE WHEN started = 0 THEN @now ELSE started END
WHERE id = @id AND state = 'starting' AND deadline > @now RETURNING *;

-- name: CreateAttempt :exec
INSERT INTO attempts (job, fence, relay, provider, pay, state, code, detail, started, ended, choice) VALUES (@job, @fence, @relay, @provider, @pay, 'running', '', '', @started, 0, @choice);

-- name: Attempts :many
SELECT * FROM attempts WHERE job = @job ORDER BY fence;

-- name: Attempt :one
SELECT * FROM attempts WHERE job = @job AND fence = @fence;

-- name: StreamAttempt :execrows
UPDATE attempts SET streamed = TRUE WHERE job = @job AND fence = @fence AND state = 'running';

-- name: OrphanAttempts :many
SELECT a.job, a.fence FROM attempts a LEFT JOIN relays r ON r.id = a.relay WHERE a.state = 'running' AND r.id IS NULL LIMIT 500;

-- name: EndAttempt :execrows
UPDATE attempts SET state = @state, code = @code, detail = @detail, ended = @ended WHERE job = @job AND fence = @fence AND provider = @provider AND state = 'running';

-- name: EndAnyAttempt :exec
UPDATE attempts SET state = @state, code = @code, detail = @detail, ended = @ended WHERE job = @job AND state = 'running';

-- name: RetryJob :execrows
UPDATE jobs SET state = 'starting', due = @due WHERE id = @id AND state = 'processing' AND fence = @fence;

-- name: EndJob :one
UPDATE jobs SET state = @state, code = @code, detail = @detail, ended = @ended WHERE id = @id AND state = 'processing' AND fence = @fence RETURNING *;

-- name: EndJobNow :execrows
UPDATE jobs SET state = @state, code = @code, detail = @detail, ended = @ended WHERE id = @id AND ended = 0;

-- name: KeepReceipt :exec
INSERT INTO receipts (job, account, provider, document, created) VALUES (@job, @account, @provider, @document, @created);

-- name: Receipt :one
SELECT * FROM receipts WHERE job = @job;

-- name: Entries :many
SELECT * FROM ledger_entries WHERE job >= @first AND job <= @last ORDER BY job, step, account;

-- name: AllJobs :many
SELECT * FROM jobs WHERE id > @after ORDER BY id LIMIT @most;

-- name: Balance :one
SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM ledger_entries WHERE account = @account;

-- name: Hold :one
SELECT * FROM holds WHERE job = @job;
