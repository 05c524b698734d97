package store

import (
	"context"
	"maps"
)

// Hide makes that models which hidden says are kept back are not counted. It reads all of them: call it when something may have changed.
func (s *Store) Hide(ctx context.Context, hidden func(Shown) bool) error {
	rows, err := s.read.QueryContext(ctx, "SELECT id, owner, manifest, release FROM models")
	if err != nil {
		return failed(err)
	}
	defer rows.Close()
	models := map[int64]bool{}
	for rows.Next() {
		var id int64
		var m Shown
		if err := rows.Scan(&id, &m.Publisher, &m.Manifest, &m.Release); err != nil {
			return failed(err)
		}
		if hidden(m) {
			models[id] = true
		}
	}
	if err := rows.Err(); err != nil {
		return failed(err)
	}
	if s.texts.hide(models) {
		s.counted.forget()
	}
	return nil
}

// hide makes these the models that are not counted, and tells whether they were others before.
func (t *texts) hide(models map[int64]bool) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if maps.Equal(t.hidden, models) {
		return false
	}
	t.hidden = models
	return true
}
