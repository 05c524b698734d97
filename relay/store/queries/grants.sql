-- name: CountGrant :execrows
INSERT INTO grant_counts (what, day, amount) VALUES (@what, @day, @amount)
ON CONFLICT (what) DO UPDATE SET amount = grant_counts.amount + excluded.amount WHERE grant_counts.amount + excluded.amount <= @most;

-- name: UncountGrant :exec
UPDATE grant_counts SET amount = amount - @amount WHERE what = @what;

-- name: Granted :one
SELECT amount FROM grant_counts WHERE what = @what;

-- name: ForgetGrantCounts :exec
DELETE FROM grant_counts WHERE day < @day;
