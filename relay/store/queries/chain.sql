-- What the chain said: facts go in one by one, in its order.

-- name: AddChainModel :exec
INSERT INTO chain_models (id, publisher, name, kind, splitter, royalty_bps, owner, block, idx, tx, at)
VALUES (@id, @publisher, @name, @kind, @splitter, @royalty_bps, @owner, @block, @idx, @tx, @at);

-- name: AddChainVersion :exec
INSERT INTO chain_versions (id, model, version, manifest, root, license, owner, block, idx, tx, at)
VALUES (@id, @model, @version, @manifest, @root, @license, @owner, @block, @idx, @tx, @at);

-- name: AddChainParent :exec
INSERT INTO chain_parents (child, parent, uid, relation, place, block, idx)
VALUES (@child, @parent, @uid, @relation, @place, @block, @idx);

-- name: AddChainAlias :exec
INSERT INTO chain_aliases (block, idx, model, name, version)
VALUES (@block, @idx, @model, @name, @version);

-- name: AddChainYank :exec
INSERT INTO chain_yanks (block, idx, model, version, reason, tx, at)
VALUES (@block, @idx, @model, @version, @reason, @tx, @at);

-- name: AddChainTransfer :exec
INSERT INTO chain_transfers (block, idx, model, sender, receiver, tx, at)
VALUES (@block, @idx, @model, @sender, @receiver, @tx, @at);

-- name: AddChainRecovery :exec
INSERT INTO chain_recoveries (block, idx, model, action, account, ready_at)
VALUES (@block, @idx, @model, @action, @account, @ready_at);

-- name: AddChainPlan :exec
INSERT INTO chain_plans (id, model, token, payee, author_fee, relay_fee, compute_cap, unit_kind, transferable, period, quota, block, idx, tx, at)
VALUES (@id, @model, @token, @payee, @author_fee, @relay_fee, @compute_cap, @unit_kind, @transferable, @period, @quota, @block, @idx, @tx, @at);

-- name: AddChainPurchase :exec
INSERT INTO chain_purchases (block, idx, plan, payer, receiver, units, cost, tx, at)
VALUES (@block, @idx, @plan, @payer, @receiver, @units, @cost, @tx, @at);

-- name: AddChainRefund :exec
INSERT INTO chain_refunds (block, idx, plan, holder, units, amount, tx, at)
VALUES (@block, @idx, @plan, @holder, @units, @amount, @tx, @at);

-- name: AddChainGift :exec
INSERT INTO chain_gifts (block, idx, item, plan, sender, receiver, units)
VALUES (@block, @idx, @item, @plan, @sender, @receiver, @units);

-- name: AddChainSession :exec
INSERT INTO chain_sessions (id, plan, payer, operator, number, session_key, units, ends, block, idx, tx, at)
VALUES (@id, @plan, @payer, @operator, @number, @session_key, @units, @ends, @block, @idx, @tx, @at);

-- name: AddChainSessionChange :exec
INSERT INTO chain_session_changes (block, idx, session, action, ends, units, saved, as_passes)
VALUES (@block, @idx, @session, @action, @ends, @units, @saved, @as_passes);

-- name: AddChainPayment :exec
INSERT INTO chain_payments (block, idx, item, source, ref, plan, model, payer, operator, provider, token, units, reached, author, relay, compute, transcript, tx, at)
VALUES (@block, @idx, @item, @source, @ref, @plan, @model, @payer, @operator, @provider, @token, @units, @reached, @author, @relay, @compute, @transcript, @tx, @at);

-- name: AddChainOrder :exec
INSERT INTO chain_orders (id, plan, version, payer, provider, relay, arbiter, units, pay, bond, fee, job, accept_by, deliver_by, review, ruling, block, idx, tx, at, salt)
VALUES (@id, @plan, @version, @payer, @provider, @relay, @arbiter, @units, @pay, @bond, @fee, @job, @accept_by, @deliver_by, @review, @ruling, @block, @idx, @tx, @at, @salt);

-- name: AddChainOrderChange :exec
INSERT INTO chain_order_changes (block, idx, order_id, state, due, done, lost, digest)
VALUES (@block, @idx, @order_id, @state, @due, @done, @lost, @digest);

-- name: AddChainCredit :exec
INSERT INTO chain_credits (block, idx, contract, token, account, amount, receiver, tx, at)
VALUES (@block, @idx, @contract, @token, @account, @amount, @receiver, @tx, @at);

-- name: AddChainSplit :exec
INSERT INTO chain_splits (splitter, place, recipient, parts, block, idx)
VALUES (@splitter, @place, @recipient, @parts, @block, @idx);

-- name: AddChainAttestation :exec
INSERT INTO chain_attestations (uid, schema, attester, recipient, block, idx, tx, at)
VALUES (@uid, @schema, @attester, @recipient, @block, @idx, @tx, @at);

-- name: AddChainRevocation :exec
INSERT INTO chain_revocations (block, idx, uid)
VALUES (@block, @idx, @uid);

-- name: AddChainTokenChange :exec
INSERT INTO chain_token_changes (block, idx, token, allowed)
VALUES (@block, @idx, @token, @allowed);

-- name: ChainCursor :one
SELECT * FROM chain_cursor WHERE id = 1;

-- name: StartChain :exec
INSERT INTO chain_cursor (id, chain, base, base_number, number, hash) VALUES (1, @chain, @base, @base_number, @base_number, @base) ON CONFLICT DO NOTHING;

-- name: ForgetChainCursor :exec
DELETE FROM chain_cursor;

-- name: MoveChain :execrows
-- Only from where who moves it believes that it is. Others that would do the same wait until this transaction ends.
UPDATE chain_cursor SET number = @number, hash = @hash WHERE id = 1 AND hash = @from_hash;

-- name: ChainBlockBelow :one
SELECT * FROM chain_blocks WHERE block < @below ORDER BY block DESC LIMIT 1;

-- name: ChainBlockFrom :one
SELECT * FROM chain_blocks WHERE block >= @block ORDER BY block LIMIT 1;

-- name: AddChainBlock :exec
INSERT INTO chain_blocks (block, hash, parent, at) VALUES (@block, @hash, @parent, @at);

-- name: ForgetChainBlocks :exec
DELETE FROM chain_blocks WHERE block < @below;

-- name: SetChainOwner :exec
UPDATE chain_models SET owner = @owner WHERE id = @id;

-- name: TransferredAfter :many
SELECT DISTINCT model FROM chain_transfers WHERE block > @block;

-- name: RestoreChainOwner :exec
UPDATE chain_models SET owner = (SELECT t.receiver FROM chain_transfers t WHERE t.model = @id ORDER BY t.block DESC, t.idx DESC LIMIT 1) WHERE id = @id;

-- name: ChainPlan :one
SELECT * FROM chain_plans WHERE id = @id;

-- name: ChainSession :one
SELECT * FROM chain_sessions WHERE id = @id;

-- name: ChainOrder :one
SELECT * FROM chain_orders WHERE id = @id;

-- name: ChainReached :one
-- How many units of a session were paid.
SELECT CAST(COALESCE(MAX(reached), 0) AS BIGINT) FROM chain_payments WHERE ref = @ref AND source = 'session';

-- name: ChainModel :one
SELECT * FROM chain_models WHERE id = @id;

-- name: ChainModelByName :one
SELECT * FROM chain_models WHERE publisher = @publisher AND name = @name;

-- name: ChainModelsOf :many
SELECT * FROM chain_models WHERE owner = @account OR publisher = @account ORDER BY block DESC, idx DESC LIMIT @most;

-- name: ChainVersions :many
-- Newest first, with what the relay knows of their manifests.
SELECT v.*, CAST(COALESCE(m.state, 'pending') AS TEXT) AS state, CAST(COALESCE(m.reason, '') AS TEXT) AS reason,
CAST(COALESCE((SELECT l.release FROM versions l WHERE l.manifest = v.manifest AND l.release <> '' LIMIT 1), '') AS TEXT) AS release
FROM chain_versions v LEFT JOIN manifests m ON m.version = v.id WHERE v.model = @model ORDER BY v.block DESC, v.idx DESC LIMIT @most;

-- name: ChainVersion :one
SELECT * FROM chain_versions WHERE id = @id;

-- name: ChainYanks :many
SELECT * FROM chain_yanks WHERE model = @model ORDER BY block, idx;

-- name: ChainAliases :many
SELECT * FROM chain_aliases WHERE model = @model ORDER BY block, idx;

-- name: ChainTransfers :many
SELECT * FROM chain_transfers WHERE model = @model ORDER BY block DESC, idx DESC LIMIT @most;

-- name: ChainRecoveries :many
SELECT * FROM chain_recoveries WHERE model = @model ORDER BY block, idx;

-- name: ChainPlans :many
SELECT * FROM chain_plans WHERE model = @model ORDER BY block, idx;

-- name: ChainSplit :many
SELECT * FROM chain_splits WHERE splitter = @splitter ORDER BY place;

-- name: ModelsBySplitter :many
SELECT * FROM chain_models WHERE splitter = @splitter ORDER BY block, idx LIMIT @most;

-- name: ChainPaymentsOf :many
SELECT * FROM chain_payments WHERE model = @model ORDER BY block, idx, item;

-- name: ChainParentsOf :many
-- What versions of a model were made from.
SELECT p.child, p.parent, p.uid, p.relation, p.place, v.model, v.version, v.manifest, m.publisher, m.name,
CAST(COALESCE((SELECT l.release FROM versions l WHERE l.manifest = v.manifest AND l.release <> '' LIMIT 1), '') AS TEXT) AS release
FROM chain_versions c JOIN chain_parents p ON p.child = c.id JOIN chain_versions v ON v.id = p.parent JOIN chain_models m ON m.id = v.model
WHERE c.model = @model AND NOT EXISTS (SELECT 1 FROM chain_revocations r WHERE r.uid = p.uid)
ORDER BY p.block, p.idx, p.place LIMIT @most;

-- name: ChainChildrenOf :many
-- What was made from versions of a model.
SELECT p.child, p.parent, p.uid, p.relation, p.place, v.model, v.version, v.manifest, m.publisher, m.name,
CAST(COALESCE((SELECT l.release FROM versions l WHERE l.manifest = v.manifest AND l.release <> '' LIMIT 1), '') AS TEXT) AS release
FROM chain_versions c JOIN chain_parents p ON p.parent = c.id JOIN chain_versions v ON v.id = p.child JOIN chain_models m ON m.id = v.model
WHERE c.model = @model AND NOT EXISTS (SELECT 1 FROM chain_revocations r WHERE r.uid = p.uid)
ORDER BY p.block, p.idx, p.place LIMIT @most;

-- name: SameContent :many
-- Versions of any model with the same files as a version of this one, in the order of the chain.
SELECT c.id AS of, v.id, v.version, v.model, v.manifest, v.block, v.idx, v.at, m.publisher, m.name,
CAST(COALESCE((SELECT l.release FROM versions l WHERE l.manifest = v.manifest AND l.release <> '' LIMIT 1), '') AS TEXT) AS release
FROM chain_versions c JOIN chain_versions v ON v.root = c.root JOIN chain_models m ON m.id = v.model
WHERE c.model = @model AND v.id <> c.id ORDER BY v.block, v.idx, c.id LIMIT @most;

-- name: Token :one
SELECT * FROM tokens WHERE address = @address;

-- name: TokensUnknown :many
SELECT DISTINCT c.token FROM chain_token_changes c WHERE NOT EXISTS (SELECT 1 FROM tokens t WHERE t.address = c.token) ORDER BY c.token;

-- name: SetToken :exec
INSERT INTO tokens (address, symbol, decimals) VALUES (@address, @symbol, @decimals) ON CONFLICT (address) DO NOTHING;

-- name: EvaluationsUnknown :many
SELECT a.uid FROM chain_attestations a WHERE a.schema = 'evaluation' AND NOT EXISTS (SELECT 1 FROM evaluations e WHERE e.uid = a.uid) ORDER BY a.block, a.idx LIMIT @most;

-- name: SetEvaluation :exec
INSERT INTO evaluations (uid, version, task, dataset, metric, value, evidence) VALUES (@uid, @version, @task, @dataset, @metric, @value, @evidence) ON CONFLICT (uid) DO NOTHING;

-- name: EvaluationsOf :many
-- Of a model's versions, those that were not taken back.
SELECT e.uid, e.version, e.task, e.dataset, e.metric, e.value, e.evidence, a.attester, a.tx, a.at
FROM chain_versions v JOIN evaluations e ON e.version = v.id JOIN chain_attestations a ON a.uid = e.uid
WHERE v.model = @model AND NOT EXISTS (SELECT 1 FROM chain_revocations r WHERE r.uid = e.uid) ORDER BY a.block, a.idx LIMIT @most;

-- name: CreditsOf :many
SELECT * FROM chain_credits WHERE account = @account ORDER BY block, idx;

-- name: ManifestsDue :many
-- Versions whose manifest was never looked at, then those to try again.
SELECT v.*, CAST(COALESCE(m.tries, 0) AS BIGINT) AS tries, CAST(COALESCE(m.again, 0) AS BIGINT) AS again
FROM chain_versions v LEFT JOIN manifests m ON m.version = v.id
WHERE m.version IS NULL OR (m.again > 0 AND m.again <= @now) ORDER BY tries, v.block, v.idx LIMIT @most;

-- name: SetManifest :exec
INSERT INTO manifests (version, state, reason, tries, again, checked) VALUES (@version, @state, @reason, @tries, @again, @checked)
ON CONFLICT (version) DO UPDATE SET state = excluded.state, reason = excluded.reason, tries = excluded.tries, again = excluded.again, checked = excluded.checked;

-- name: ChainAttestation :one
SELECT * FROM chain_attestations WHERE uid = @uid;

-- name: ChainTotals :one
SELECT (SELECT count(*) FROM chain_models WHERE kind = 'model') AS models, (SELECT count(*) FROM chain_models WHERE kind = 'dataset') AS datasets,
  (SELECT count(*) FROM chain_versions) AS versions, (SELECT count(DISTINCT publisher) FROM chain_models) AS publishers,
  (SELECT count(*) FROM chain_plans) AS plans, (SELECT count(*) FROM chain_sessions) AS sessions, (SELECT count(DISTINCT payer) FROM chain_payments) AS payers,
  (SELECT CAST(COALESCE(SUM(units), 0) AS BIGINT) FROM chain_payments) AS units,
  (SELECT count(*) FROM manifests m JOIN chain_versions v ON v.id = m.version WHERE m.state = 'verified') AS verified;

-- name: ChainPaymentsTo :many
-- What models that an account published or owns were paid.
SELECT p.* FROM chain_payments p JOIN chain_models m ON m.id = p.model WHERE m.owner = @account OR m.publisher = @account ORDER BY p.block, p.idx, p.item;

-- name: ChainVersionsByState :many
SELECT v.id FROM chain_versions v LEFT JOIN manifests m ON m.version = v.id WHERE m.state = @state ORDER BY v.block, v.idx LIMIT @most;

-- name: ListedFromChain :many
-- Versions in the lists that are there because of the chain, and are no longer on it.
SELECT v.* FROM versions v WHERE v.chain <> '' AND NOT EXISTS (SELECT 1 FROM chain_versions c WHERE c.id = v.chain) ORDER BY v.id LIMIT @most;

-- name: UnlistedFromChain :many
-- Versions on chain whose manifest holds, and that are not in the lists.
SELECT c.*, m.publisher, m.name FROM chain_versions c JOIN chain_models m ON m.id = c.model JOIN manifests f ON f.version = c.id
WHERE f.state = 'verified' AND NOT EXISTS (SELECT 1 FROM models x JOIN versions v ON v.model = x.id WHERE x.owner = m.publisher AND x.name = m.name AND v.version = c.version)
ORDER BY c.block, c.idx LIMIT @most;
