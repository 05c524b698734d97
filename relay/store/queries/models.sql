-- name: LockAccount :exec
-- Others that would do the same wait until this transaction ends.
UPDATE accounts SET created = created WHERE address = @address;

-- name: ModelByName :one
SELECT * FROM models WHERE owner = @owner AND name = @name;

-- name: CreateModel :exec
INSERT INTO models (id, owner, name, created, updated, version, kind, title, summary, task, license, format, tags, bytes, manifest, release)
VALUES (@id, @owner, @name, @created, @updated, @version, @kind, @title, @summary, @task, @license, @format, @tags, @bytes, @manifest, @release);

-- name: ShowVersion :exec
UPDATE models SET version = @version, kind = @kind, title = @title, summary = @summary, task = @task, license = @license, format = @format, tags = @tags,
  bytes = @bytes, manifest = @manifest, release = @release WHERE id = @id;

-- name: TouchModel :exec
UPDATE models SET updated = @updated WHERE id = @id;

-- name: Version :one
SELECT * FROM versions WHERE model = @model AND version = @version;

-- name: CreateVersion :exec
INSERT INTO versions (id, model, version, manifest, envelope, release, signer, created, added, bytes, chain)
VALUES (@id, @model, @version, @manifest, @envelope, @release, @signer, @created, @added, @bytes, @chain);

-- name: FillVersions :execrows
-- Versions that are listed because the chain names their manifest, when the release arrives that has it.
UPDATE versions SET envelope = @envelope, release = @release, signer = @signer WHERE manifest = @manifest AND release = '';

-- name: FillModels :exec
UPDATE models SET release = @release WHERE models.manifest = @manifest AND models.release = '' AND id IN (SELECT v.model FROM versions v WHERE v.manifest = @manifest);

-- name: KeepVersion :exec
-- A version that came here is kept whatever becomes of the chain.
UPDATE versions SET chain = '' WHERE id = @id;

-- name: Versions :many
SELECT * FROM versions WHERE model = @model AND id < @before ORDER BY id DESC LIMIT @most;

-- name: BytesPublished :one
SELECT CAST(COALESCE(SUM(v.bytes), 0) AS BIGINT) FROM versions v JOIN models m ON m.id = v.model WHERE m.owner = @owner AND v.chain = '';

-- name: VersionByManifest :one
-- A version that somebody signed first, for its signatures.
SELECT * FROM versions WHERE manifest = @manifest ORDER BY envelope DESC, id LIMIT 1;

-- name: AllVersions :many
SELECT * FROM versions WHERE model = @model;

-- name: DeleteVersion :execrows
DELETE FROM versions WHERE id = @id;

-- name: DeleteModel :exec
DELETE FROM models WHERE id = @id;

-- name: ModelByID :one
SELECT * FROM models WHERE id = @id;
