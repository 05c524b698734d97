-- What the relay does for orders on chain. The newest of an order's changes says how far it is there.

-- name: OrderNow :one
SELECT sqlc.embed(o), CAST(COALESCE(c.state, 'open') AS TEXT) AS state, CAST(COALESCE(c.due, 0) AS BIGINT) AS due, CAST(COALESCE(c.done, 0) AS BIGINT) AS done,
CAST(COALESCE(c.lost, '0') AS TEXT) AS lost, CAST(COALESCE(c.digest, '') AS TEXT) AS digest, CAST(COALESCE(c.block, o.block) AS BIGINT) AS changed,
p.token, p.author_fee, p.relay_fee, p.payee, v.manifest, v.model, CAST(COALESCE(r.job, '') AS TEXT) AS run, CAST(COALESCE(r.state, '') AS TEXT) AS run_state,
CAST(COALESCE(r.code, '') AS TEXT) AS run_code, CAST(COALESCE(r.detail, '') AS TEXT) AS run_detail, CAST(COALESCE(r.tries, 0) AS BIGINT) AS tries
FROM chain_orders o JOIN chain_plans p ON p.id = o.plan JOIN chain_versions v ON v.id = o.version LEFT JOIN orders r ON r.id = o.id
LEFT JOIN chain_order_changes c ON c.order_id = o.id AND NOT EXISTS (SELECT 1 FROM chain_order_changes n WHERE n.order_id = o.id AND (n.block > c.block OR n.block = c.block AND n.idx > c.idx))
WHERE o.id = @id;

-- name: OrderChanges :many
SELECT * FROM chain_order_changes WHERE order_id = @order_id ORDER BY block, idx;

-- name: OrdersOf :many
-- Of one account in one role, or in any; newest first.
SELECT o.id FROM chain_orders o WHERE (CAST(@payer AS TEXT) = '' OR o.payer = @payer) AND (CAST(@provider AS TEXT) = '' OR o.provider = @provider)
AND (o.block < @block OR o.block = @block AND o.idx < @idx) ORDER BY o.block DESC, o.idx DESC LIMIT @most;

-- name: OrdersToBegin :many
-- Those that name a relay, have not ended, and that it has not begun or refused.
SELECT o.id FROM chain_orders o LEFT JOIN orders r ON r.id = o.id
WHERE o.relay = @relay AND (r.id IS NULL OR r.state = 'undone' OR r.state = 'waiting' AND r.again <= @now)
AND NOT EXISTS (SELECT 1 FROM chain_order_changes c WHERE c.order_id = o.id AND c.state <> 'accepted') ORDER BY o.block, o.idx LIMIT @most;

-- name: OrdersUndone :many
-- Those that are no longer on the chain.
SELECT r.id, r.job, r.state FROM orders r WHERE r.state <> 'closed' AND r.state <> 'undone' AND NOT EXISTS (SELECT 1 FROM chain_orders o WHERE o.id = r.id) LIMIT @most;

-- name: OrdersOverdue :many
-- Those that name a relay and whose state's time is over.
SELECT o.id FROM chain_orders o
LEFT JOIN chain_order_changes c ON c.order_id = o.id AND NOT EXISTS (SELECT 1 FROM chain_order_changes n WHERE n.order_id = o.id AND (n.block > c.block OR n.block = c.block AND n.idx > c.idx))
WHERE o.relay = @relay AND (c.state IS NULL AND o.accept_by <= @now OR c.state = 'accepted' AND o.deliver_by <= @now OR (c.state = 'delivered' OR c.state = 'disputed') AND c.due <= @now)
ORDER BY o.block, o.idx LIMIT @most;

-- name: OrdersEnded :many
-- Those that the relay dealt with, and that ended on chain.
SELECT r.id, r.job, r.state, c.block FROM orders r JOIN chain_order_changes c ON c.order_id = r.id
WHERE r.state <> 'closed' AND c.state <> 'accepted' AND c.state <> 'delivered' AND c.state <> 'disputed' AND c.state <> 'equivocated' ORDER BY c.block LIMIT @most;

-- name: SetOrder :exec
INSERT INTO orders (id, job, state, code, detail, tries, again, changed) VALUES (@id, @job, @state, @code, @detail, @tries, @again, @changed)
ON CONFLICT (id) DO UPDATE SET job = excluded.job, state = excluded.state, code = excluded.code, detail = excluded.detail, tries = excluded.tries, again = excluded.again, changed = excluded.changed;

-- name: MoveOrder :execrows
UPDATE orders SET state = @state, changed = @changed WHERE id = @id AND state = @from_state;

-- name: OrderRun :one
SELECT * FROM orders WHERE id = @id;

-- name: OrderResult :one
SELECT digest FROM chain_order_changes WHERE order_id = @order_id AND state = 'delivered' ORDER BY block DESC, idx DESC LIMIT 1;
