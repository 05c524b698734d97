package store

import (
	"context"
	"time"

	"github.com/dehug/dehug/relay/store/db"
)

// Pin is a release that a service is to keep.
type Pin = db.Pin

// PinsAtOnce is how many PinsDue gives at most.
const PinsAtOnce = 100

// AddPins adds all that is published for a service, where it is not there yet.
func (s *Store) AddPins(ctx context.Context, service string, now time.Time) error {
	return failed(db.New(s.write).AddPins(ctx, db.AddPinsParams{Service: service, Due: micros(now)}))
}

// PinsDue are those about which a service is to be asked.
func (s *Store) PinsDue(ctx context.Context, service string, now time.Time) ([]Pin, error) {
	p, err := s.q.PinsDue(ctx, db.PinsDueParams{Service: service, Now: micros(now)})
	return p, failed(err)
}

// SetPin notes what became of one.
func (s *Store) SetPin(ctx context.Context, p Pin) error {
	return failed(db.New(s.write).SetPin(ctx, db.SetPinParams{Request: p.Request, State: p.State, Tries: p.Tries, Due: p.Due, Detail: p.Detail, Release: p.Release, Service: p.Service}))
}

// Pins are those of a release, by service.
func (s *Store) Pins(ctx context.Context, release string) ([]Pin, error) {
	p, err := s.q.Pins(ctx, release)
	return p, failed(err)
}

// PinsDueNow has services asked about a release at once: the operator changed their mind.
func (s *Store) PinsDueNow(ctx context.Context, release string, now time.Time) error {
	return failed(db.New(s.write).PinsDueNow(ctx, db.PinsDueNowParams{Now: micros(now), Release: release}))
}
