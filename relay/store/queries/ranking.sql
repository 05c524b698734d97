-- name: WatchParties :execrows
-- Those whose transfers matter: owners, and whom money for use went to, of models that were paid for; and whom they sent tokens or passes to.
INSERT INTO chain_watched (account, scanned, pool)
SELECT a.account, CAST(@base AS BIGINT), FALSE FROM (
  SELECT m.owner AS account FROM chain_models m WHERE EXISTS (SELECT 1 FROM chain_payments p WHERE p.model = m.id)
  UNION SELECT m.publisher FROM chain_models m WHERE EXISTS (SELECT 1 FROM chain_payments p WHERE p.model = m.id)
  UNION SELECT s.recipient FROM chain_splits s
  UNION SELECT l.payee FROM chain_plans l WHERE EXISTS (SELECT 1 FROM chain_payments p WHERE p.plan = l.id)
  UNION SELECT p.operator FROM chain_payments p
  UNION SELECT p.provider FROM chain_payments p WHERE p.provider <> ''
  UNION SELECT c.account FROM chain_credits c WHERE c.receiver = ''
  UNION SELECT c.receiver FROM chain_credits c WHERE c.receiver <> ''
  UNION SELECT t.receiver FROM chain_transfers t
  UNION SELECT g.receiver FROM chain_gifts g
  UNION SELECT b.receiver FROM chain_purchases b WHERE b.receiver <> b.payer
  UNION SELECT f.receiver FROM chain_funding f
) a
WHERE a.account <> '0x0000000000000000000000000000000000000000' AND NOT EXISTS (SELECT 1 FROM chain_watched w WHERE w.account = a.account)
ON CONFLICT (account) DO NOTHING;

-- name: WatchedBehind :many
SELECT * FROM chain_watched WHERE scanned < @block AND NOT pool ORDER BY scanned, account LIMIT @most;

-- name: SetWatched :exec
UPDATE chain_watched SET scanned = @scanned WHERE account = @account;

-- name: SetPool :exec
UPDATE chain_watched SET pool = TRUE WHERE account = @account;

-- name: FundedBy :one
SELECT count(DISTINCT receiver) FROM chain_funding WHERE sender = @sender;

-- name: HoldChain :exec
-- Nobody moves the chain until this transaction ends.
UPDATE chain_cursor SET chain = chain;

-- name: ChainBlockAt :one
SELECT * FROM chain_blocks WHERE block = @block;

-- name: AddChainFunding :exec
INSERT INTO chain_funding (block, idx, token, sender, receiver, amount) VALUES (@block, @idx, @token, @sender, @receiver, @amount) ON CONFLICT DO NOTHING;

-- name: FundingEdges :many
-- Who gave whom tokens or passes: by transfer, by buying for another, by withdrawing to another.
SELECT f.sender, f.receiver FROM chain_funding f JOIN chain_watched w ON w.account = f.sender WHERE NOT w.pool
UNION SELECT g.sender, g.receiver FROM chain_gifts g
UNION SELECT b.payer, b.receiver FROM chain_purchases b WHERE b.receiver <> b.payer
UNION SELECT c.account, c.receiver FROM chain_credits c WHERE c.receiver <> '' AND c.receiver <> c.account;

-- name: RankedModels :many
-- Those that were paid for, or evaluated.
SELECT * FROM chain_models m WHERE EXISTS (SELECT 1 FROM chain_payments p WHERE p.model = m.id)
  OR EXISTS (SELECT 1 FROM chain_versions v JOIN evaluations e ON e.version = v.id WHERE v.model = m.id) ORDER BY m.id;

-- name: Attesters :many
-- Who attests evaluations of versions that are not yanked, and did not take them back.
SELECT DISTINCT v.model, a.attester FROM evaluations e JOIN chain_versions v ON v.id = e.version JOIN chain_attestations a ON a.uid = e.uid
WHERE NOT EXISTS (SELECT 1 FROM chain_revocations r WHERE r.uid = e.uid) AND NOT EXISTS (SELECT 1 FROM chain_yanks y WHERE y.model = v.model AND y.version = v.id);

-- name: AllPayments :many
SELECT * FROM chain_payments WHERE token = @token ORDER BY block, idx, item;

-- name: CreditedWith :many
-- Whom redeeming gave money, by transaction: among them are the providers.
SELECT DISTINCT c.tx, c.account FROM chain_credits c JOIN chain_payments p ON p.tx = c.tx WHERE c.receiver = '' AND p.source = 'session' AND p.token = @token;

-- name: AllSplits :many
SELECT * FROM chain_splits ORDER BY splitter, place;

-- name: PastOwners :many
SELECT DISTINCT t.model, t.receiver FROM chain_transfers t WHERE EXISTS (SELECT 1 FROM chain_payments p WHERE p.model = t.model)
  OR EXISTS (SELECT 1 FROM chain_versions v JOIN evaluations e ON e.version = v.id WHERE v.model = t.model);

-- name: PlanPayees :many
SELECT DISTINCT model, payee FROM chain_plans;

-- name: ForgetRankings :exec
DELETE FROM rankings;

-- name: AddRanking :exec
INSERT INTO rankings (model, score, payers, value, evaluators) VALUES (@model, @score, @payers, @value, @evaluators);

-- name: ForgetTrends :exec
UPDATE models SET trend = 0 WHERE trend <> 0;

-- name: SetTrend :exec
UPDATE models SET trend = @trend WHERE owner = @owner AND name = @name;

-- name: Ranking :one
SELECT * FROM rankings WHERE model = @model;

-- name: AuthorBoard :many
-- Authors by what their models rank, of which a version is verified; used is how many of all their models that many others paid for.
SELECT m.publisher, CAST(SUM(r.score) AS DOUBLE PRECISION) AS score, CAST(SUM(r.payers) AS BIGINT) AS payers, count(*) AS models,
  (SELECT count(*) FROM rankings o JOIN chain_models p ON p.id = o.model WHERE p.publisher = m.publisher AND o.payers >= @payers) AS used
FROM rankings r JOIN chain_models m ON m.id = r.model
WHERE r.score > 0 AND EXISTS (SELECT 1 FROM chain_versions v JOIN manifests f ON f.version = v.id WHERE v.model = m.id AND f.state = 'verified')
GROUP BY m.publisher ORDER BY score DESC, m.publisher LIMIT @most;

-- name: EvaluationsFor :many
-- What one account attested of verified versions for a task, a set of data and a metric, and did not take back, in the order of the chain.
SELECT e.uid, e.version, e.value, e.evidence, a.tx, a.at, v.model, v.version AS number, v.manifest, m.publisher, m.name, m.owner
FROM evaluations e JOIN chain_attestations a ON a.uid = e.uid JOIN chain_versions v ON v.id = e.version JOIN chain_models m ON m.id = v.model
  JOIN manifests f ON f.version = v.id
WHERE f.state = 'verified' AND e.task = @task AND e.dataset = @dataset AND e.metric = @metric AND a.attester = @attester AND a.at >= @begins AND a.at < @ends
  AND NOT EXISTS (SELECT 1 FROM chain_revocations r WHERE r.uid = e.uid) ORDER BY a.block, a.idx LIMIT @most;

-- name: AccountMarks :one
-- How many models that an account published have a verified version, and how many that many others paid for.
SELECT (SELECT count(*) FROM chain_models m WHERE m.publisher = @account AND EXISTS (SELECT 1 FROM chain_versions v JOIN manifests f ON f.version = v.id WHERE v.model = m.id AND f.state = 'verified')) AS verified,
  (SELECT count(*) FROM rankings r JOIN chain_models m ON m.id = r.model WHERE m.publisher = @account AND r.payers >= @payers) AS used;
