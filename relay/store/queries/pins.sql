-- name: AddPins :exec
INSERT INTO pins (release, service, name, request, state, tries, due, detail)
SELECT v.release, CAST(@service AS TEXT), MIN(m.owner || '/' || m.name || ' ' || v.version), '', 'waiting', 0, CAST(@due AS BIGINT), ''
FROM versions v JOIN models m ON m.id = v.model
WHERE NOT EXISTS (SELECT 1 FROM pins p WHERE p.release = v.release AND p.service = CAST(@service AS TEXT))
GROUP BY v.release ON CONFLICT (release, service) DO NOTHING;

-- name: PinsDue :many
SELECT * FROM pins WHERE service = @service AND due <= @now ORDER BY due LIMIT 100;

-- name: SetPin :exec
UPDATE pins SET request = @request, state = @state, tries = @tries, due = @due, detail = @detail WHERE release = @release AND service = @service;

-- name: Pins :many
SELECT * FROM pins WHERE release = @release ORDER BY service;

-- name: PinsDueNow :exec
UPDATE pins SET due = @now WHERE release = @release AND due > @now;
