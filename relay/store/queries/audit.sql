-- name: AddAudit :exec
INSERT INTO audit_pending (made, salt, kind, public, details) VALUES (@made, @salt, @kind, @public, @details);

-- name: AuditPending :many
SELECT * FROM audit_pending ORDER BY made, salt LIMIT @most;

-- name: EndAuditPending :execrows
-- All up to one.
DELETE FROM audit_pending WHERE made < @made OR made = @made AND salt <= @salt;

-- name: AddAuditEntry :exec
INSERT INTO audit_entries (idx, entry, kind, salt, details) VALUES (@idx, @entry, @kind, @salt, @details);

-- name: AuditEntries :many
SELECT entry FROM audit_entries WHERE idx >= @first AND idx < @until ORDER BY idx;

-- name: AuditedReceipt :one
-- The first entry of a receipt, by its leaf.
SELECT idx, salt FROM audit_entries WHERE kind = 'receipt' AND details = @leaf ORDER BY idx LIMIT 1;

-- name: AuditTile :one
SELECT hashes FROM audit_tiles WHERE level = @level AND n = @n;

-- name: SetAuditTile :exec
INSERT INTO audit_tiles (level, n, hashes) VALUES (@level, @n, @hashes) ON CONFLICT (level, n) DO UPDATE SET hashes = excluded.hashes;

-- name: AuditHead :one
SELECT * FROM audit_head WHERE id = 1;

-- name: BeginAudit :exec
INSERT INTO audit_head (id, origin, key, size, signed, rules) VALUES (1, @origin, @key, 0, @signed, '') ON CONFLICT (id) DO NOTHING;

-- name: SetAuditHead :execrows
UPDATE audit_head SET size = @size, signed = @signed WHERE id = 1 AND size = @was;

-- name: SetAuditRules :execrows
UPDATE audit_head SET rules = @rules WHERE id = 1 AND rules <> @rules;
