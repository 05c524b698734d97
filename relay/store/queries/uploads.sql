-- name: CreateUpload :exec
INSERT INTO uploads (id, address, state, reserved, manifest, envelope, release, created, touched)
VALUES (@id, @address, 'open', @reserved, '', '', '', @created, @touched);

-- name: Upload :one
SELECT * FROM uploads WHERE id = @id;

-- name: Uploads :many
SELECT * FROM uploads WHERE address = @address AND id < @before ORDER BY id DESC LIMIT @most;

-- name: CountOpenUploads :one
SELECT count(*) FROM uploads WHERE address = @address AND state <> 'published';

-- name: BytesReserved :one
SELECT CAST(COALESCE(SUM(reserved), 0) AS BIGINT) FROM uploads WHERE address = @address AND state <> 'published';

-- name: TouchUpload :exec
UPDATE uploads SET touched = @touched WHERE id = @id;

-- name: MarkPublishing :execrows
UPDATE uploads SET state = 'publishing', manifest = @manifest, envelope = @envelope, touched = @touched WHERE id = @id AND state <> 'published';

-- name: MarkPublished :execrows
UPDATE uploads SET state = 'published', manifest = @manifest, envelope = @envelope, release = @release, touched = @touched WHERE id = @id AND state <> 'published';

-- name: DropUpload :execrows
DELETE FROM uploads WHERE id = @id AND state = 'open';

-- name: StaleUploads :many
SELECT * FROM uploads WHERE state = 'open' AND touched < @before ORDER BY touched LIMIT 1000;

-- name: UploadsPublishing :many
SELECT * FROM uploads WHERE state = 'publishing' ORDER BY touched LIMIT 1000;

-- name: ReopenUpload :exec
UPDATE uploads SET state = 'open', touched = @touched WHERE id = @id AND state = 'publishing';
