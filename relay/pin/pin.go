// Package pin has releases kept elsewhere too: by services that speak the IPFS Pinning Service API.
//
//	pins := pin.Pins{Store: s, Keepers: []pin.Keeper{&pin.Service{Label: "example", URL: "https://api.example/psa", Token: token}}}
//	pins.Tend(ctx) // now and then: what was published is asked for, what was asked for is looked at
//
// What is asked for is in the store, so a relay that ends goes on where it was, and a service that is new is asked for all that was
// published before. A service that does not answer is asked again, later each time.
package pin

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/store"
)

// States of a pin. All but the first and the last are words of the Pinning Service API.
const (
	Waiting = "waiting" // the service was not reached yet
	Queued  = "queued"
	Pinning = "pinning"
	Pinned  = "pinned"
	Failed  = "failed"
	Dropped = "dropped" // the operator does not serve it
)

// Status is what a keeper says of something that it was asked to keep.
type Status struct {
	Request string // its id there
	State   string
	Detail  string // for people; may be empty
}

// A Keeper keeps releases somewhere else. What is kept is named by CID, and how the bytes come there is the keeper's business:
// services fetch them from gateways and peers; one that is paid by deals, or once for ever, would make its deals in Keep.
type Keeper interface {
	// Name is how the operator calls it. It is part of what the store remembers.
	Name() string
	// Keep asks for a release and all that it needs. To ask again does no harm.
	Keep(ctx context.Context, release manifest.CID, name string) (Status, error)
	// Look tells how far a request is. CodeNotFound when the keeper does not know it any more.
	Look(ctx context.Context, request string) (Status, error)
	// Drop takes a request back. One that is not there is no error.
	Drop(ctx context.Context, request string) error
}

const (
	firstWait = 15 * time.Second
	maxWait   = time.Hour
	// sureEvery is how often what is pinned is looked at: services end, and forget.
	sureEvery = 24 * time.Hour
)

// Pins has all that is published kept by each keeper.
type Pins struct {
	Store   *store.Store
	Keepers []Keeper
	Denied  func(manifest.CID) bool // may be nil
	Now     func() time.Time
	Log     *slog.Logger
}

// Tend does what is due. Errors of keepers are in the pins and the log; the one returned is the store's.
func (p *Pins) Tend(ctx context.Context) error {
	for _, k := range p.Keepers {
		if err := p.Store.AddPins(ctx, k.Name(), p.Now()); err != nil {
			return err
		}
		for {
			due, err := p.Store.PinsDue(ctx, k.Name(), p.Now())
			if err != nil {
				return err
			}
			for _, pin := range due {
				if err := p.Store.SetPin(ctx, p.next(ctx, k, pin)); err != nil {
					return err
				}
			}
			if len(due) < store.PinsAtOnce || ctx.Err() != nil {
				break
			}
		}
	}
	return nil
}

// next asks a keeper about a pin, and says what is known then and when to ask again.
func (p *Pins) next(ctx context.Context, k Keeper, pin store.Pin) store.Pin {
	now := p.Now()
	release := manifest.CID(pin.Release)
	var status Status
	var err error
	switch {
	case p.Denied != nil && p.Denied(release):
		if pin.Request != "" && pin.State != Dropped {
			err = k.Drop(ctx, pin.Request)
		}
		status = Status{State: Dropped, Detail: "the operator does not serve it"}
	case pin.Request == "" || pin.State == Failed || pin.State == Dropped:
		status, err = k.Keep(ctx, release, pin.Name)
	default:
		status, err = k.Look(ctx, pin.Request)
		if relay.ErrorCode(err) == relay.CodeNotFound {
			status, err = k.Keep(ctx, release, pin.Name)
		}
	}
	if err == nil && status.Request == "" && status.State != Dropped {
		err = errors.New("the service gave no id")
	}
	if err != nil {
		pin.Tries++
		pin.Detail = fmt.Sprintf("%.300s", err.Error())
		pin.Due = now.Add(wait(pin.Tries)).UnixMicro()
		p.Log.Warn("a pinning service does not do as asked", slog.String("service", k.Name()), slog.String("release", pin.Release), slog.Any("error", err))
		return pin
	}
	if status.State == pin.State && status.State != Pinned {
		pin.Tries++
	} else {
		pin.Tries = 0
	}
	pin.Request, pin.State, pin.Detail = status.Request, status.State, fmt.Sprintf("%.300s", status.Detail)
	switch status.State {
	case Pinned, Dropped:
		pin.Due = now.Add(sureEvery).UnixMicro()
	case Failed:
		pin.Tries++
		pin.Due = now.Add(max(wait(pin.Tries), 10*firstWait)).UnixMicro()
	default:
		pin.Due = now.Add(wait(pin.Tries)).UnixMicro()
	}
	return pin
}

// wait is how long after so many tries it is asked again.
func wait(tries int64) time.Duration {
	return min(firstWait<<min(tries, 10), maxWait)
}
