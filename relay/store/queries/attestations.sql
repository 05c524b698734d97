-- name: AskAttestation :exec
INSERT INTO attestations (job, state, version, provider, task, dataset, metric, value, evidence, tx, nonce, raw, block, hash, uid, changed)
VALUES (@job, 'asked', @version, '', @task, '', '', '', '', '', 0, @raw, 0, '', '', @changed);

-- name: DueAttestation :exec
UPDATE attestations SET state = 'due', provider = @provider, dataset = @dataset, metric = @metric, value = @value, evidence = @evidence, changed = @changed
WHERE job = @job AND state = 'asked';

-- name: OpenAttestations :many
SELECT * FROM attestations WHERE state IN ('due', 'sent', 'mined') ORDER BY job LIMIT @most;

-- name: Attestation :one
SELECT * FROM attestations WHERE job = @job;

-- name: MoveAttestation :execrows
UPDATE attestations SET state = @state, tx = @tx, replaced = @replaced, nonce = @nonce, raw = @raw, block = @block, hash = @hash, uid = @uid, changed = @changed
WHERE job = @job AND state = @from_state;

-- name: VersionOfManifest :one
-- The first that was published of a manifest, and its task, where the relay lists it.
SELECT v.id, CAST(COALESCE((SELECT m.task FROM models m JOIN versions l ON l.model = m.id WHERE l.manifest = v.manifest LIMIT 1), '') AS TEXT) AS task
FROM chain_versions v WHERE v.manifest = @manifest ORDER BY v.block, v.idx LIMIT 1;
