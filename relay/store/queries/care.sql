-- name: CreateReport :exec
INSERT INTO reports (id, owner, name, version, reporter, reason, detail, created, state, note, resolver, resolved)
VALUES (@id, @owner, @name, @version, @reporter, @reason, @detail, @created, 'open', '', '', 0);

-- name: Reports :many
SELECT * FROM reports WHERE state = @state AND id < @before ORDER BY id DESC LIMIT @most;

-- name: Report :one
SELECT * FROM reports WHERE id = @id;

-- name: ResolveReport :execrows
UPDATE reports SET state = 'resolved', note = @note, resolver = @resolver, resolved = @resolved WHERE id = @id AND state = 'open';

-- name: Deny :execrows
INSERT INTO denials (kind, what, reason, admin, created) VALUES (@kind, @what, @reason, @admin, @created) ON CONFLICT (kind, what) DO NOTHING;

-- name: Allow :execrows
DELETE FROM denials WHERE kind = @kind AND what = @what;

-- name: Denials :many
SELECT * FROM denials ORDER BY created DESC, kind, what;

-- name: CIDsOfAccount :many
SELECT v.manifest, v.envelope, v.release FROM versions v JOIN models m ON m.id = v.model WHERE m.owner = @owner;

-- name: CIDsOfVersion :many
SELECT v.manifest, v.envelope, v.release FROM versions v JOIN models m ON m.id = v.model WHERE m.owner = @owner AND m.name = @name AND v.version = @version;

-- name: AddDeed :exec
INSERT INTO deeds (id, admin, at, action, subject, note) VALUES (@id, @admin, @at, @action, @subject, @note);

-- name: Deeds :many
SELECT * FROM deeds WHERE id < @before ORDER BY id DESC LIMIT @most;

-- name: AddWarning :exec
INSERT INTO warnings (manifest, path, kind, reason) VALUES (@manifest, @path, @kind, @reason) ON CONFLICT (manifest, path, kind) DO NOTHING;

-- name: Warnings :many
SELECT * FROM warnings WHERE manifest = @manifest ORDER BY path, kind;

-- name: AddPulls :exec
INSERT INTO pulls (manifest, count) SELECT v.manifest, CAST(@count AS BIGINT) FROM versions v WHERE v.manifest = @manifest LIMIT 1
ON CONFLICT (manifest) DO UPDATE SET count = pulls.count + excluded.count;

-- name: PullsOfModel :one
SELECT CAST(COALESCE(SUM(p.count), 0) AS BIGINT) FROM versions v JOIN pulls p ON p.manifest = v.manifest WHERE v.model = @model;

-- name: Manifests :many
SELECT DISTINCT manifest FROM versions;

-- name: AddScan :exec
INSERT INTO scans (manifest, since) VALUES (@manifest, @since) ON CONFLICT (manifest) DO NOTHING;

-- name: ScansDue :many
SELECT manifest FROM scans ORDER BY since, manifest LIMIT @most;

-- name: EndScan :exec
DELETE FROM scans WHERE manifest = @manifest;
