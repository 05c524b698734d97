package run

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"

	"github.com/tetratelabs/wazero/api"
)

// A team runs the steps of an instance on several goroutines. Each of them has
// an instance of the module of its own, all on the same memory. A step that is
// worth it is cut into shares, more of them than there are goroutines; whoever
// is free claims the next one, so a goroutine that the machine does not let run
// holds nobody up. The leader (who called Run) takes shares from the front and
// the helpers from the back: from step to step each finds its data in the
// caches of its own core.
type team struct {
	lead    *member
	helpers []*member
	shares  uint32 // address of the table of shares
}

// member is a goroutine's own instance.
type member struct {
	mod   api.Module
	part  api.Function
	stack [3]uint64
}

// sharesEach is how many shares of a step there are for each goroutine, at
// most: enough to even out what differs, few enough for each to be worth it.
const sharesEach = 4

// spins is how often a goroutine looks for work before it sleeps: some 20 µs.
// A sleeping one takes longer than that to wake.
const spins = 4000

func newMember(mod api.Module) (*member, error) {
	m := &member{mod: mod, part: mod.ExportedFunction("part")}
	if m.part == nil {
		return nil, fmt.Errorf("an export is missing: %w", ErrABI)
	}
	return m, nil
}

// do carries out one share of a step.
func (m *member) do(ctx context.Context, step, part, parts int) error {
	m.stack = [3]uint64{uint64(step), uint64(part), uint64(parts)}
	if err := m.part.CallWithStack(ctx, m.stack[:]); err != nil {
		return err
	}
	if status := uint32(m.stack[0]); status != 0 {
		return Status(status)
	}
	return nil
}

// work is one run of a team.
type work struct {
	claim atomic.Uint64 // generation, end, next: shares from next up to end are free
	step  int           // what the claim is about; stays until done reaches parts
	parts int
	done  atomic.Int32
	fault atomic.Pointer[error] // the first one; shares are no longer carried out after it
	over  atomic.Bool

	sleepers []sleeper // the leader's, then the helpers'
	ended    chan struct{}
}

// sleeper lets one goroutine sleep until another one wakes it.
type sleeper struct {
	asleep atomic.Bool
	wake   chan struct{}
}

// until spins, then sleeps, until ready holds.
func (s *sleeper) until(ready func() bool) {
	for i := 0; i < spins; i++ {
		if ready() {
			return
		}
		if i%64 == 63 {
			runtime.Gosched()
		}
	}
	for !ready() {
		s.asleep.Store(true)
		if ready() && s.asleep.CompareAndSwap(true, false) {
			return
		}
		<-s.wake
	}
}

// rouse wakes the sleeper if it sleeps.
func (s *sleeper) rouse() {
	if s.asleep.CompareAndSwap(true, false) {
		s.wake <- struct{}{}
	}
}

// start sets the helpers to wait for steps.
func (t *team) start(ctx context.Context) *work {
	w := &work{sleepers: make([]sleeper, 1+len(t.helpers)), ended: make(chan struct{}, len(t.helpers))}
	for i := range w.sleepers {
		w.sleepers[i].wake = make(chan struct{}, 1)
	}
	for i, m := range t.helpers {
		go func() {
			defer func() { w.ended <- struct{}{} }()
			for !w.over.Load() {
				w.help(ctx, m, false)
				w.sleepers[1+i].until(func() bool { return w.over.Load() || w.free() })
			}
		}()
	}
	return w
}

// stop ends the helpers; no share is under way.
func (t *team) stop(w *work) {
	w.over.Store(true)
	for i := range t.helpers {
		w.sleepers[1+i].rouse()
	}
	for range t.helpers {
		<-w.ended
	}
}

// run carries out one step, in up to parts shares.
func (t *team) run(ctx context.Context, w *work, step, parts int) error {
	n := 1 + len(t.helpers)
	if parts = min(parts, sharesEach*n); parts > n {
		parts -= parts % n
	}
	w.step, w.parts = step, parts
	w.done.Store(0)
	w.claim.Store((w.claim.Load()>>32+1)<<32 | uint64(parts)<<16)
	for i := range t.helpers {
		w.sleepers[1+i].rouse()
	}
	w.help(ctx, t.lead, true)
	w.sleepers[0].until(func() bool { return int(w.done.Load()) == parts })
	if err := w.fault.Load(); err != nil {
		return *err
	}
	return nil
}

// free reports whether there are shares to claim.
func (w *work) free() bool {
	c := w.claim.Load()
	return uint16(c) < uint16(c>>16)
}

// help claims shares, the first or the last free one, until there are none.
func (w *work) help(ctx context.Context, m *member, first bool) {
	for {
		c := w.claim.Load()
		next, end := uint16(c), uint16(c>>16)
		if next >= end {
			return
		}
		part, rest := int(next), c+1
		if !first {
			part, rest = int(end)-1, c-1<<16
		}
		if !w.claim.CompareAndSwap(c, rest) {
			continue
		}
		parts := w.parts // the leader's again once done has counted this share
		if w.fault.Load() == nil {
			if err := m.do(ctx, w.step, part, parts); err != nil {
				w.fault.CompareAndSwap(nil, &err)
			}
		}
		if int(w.done.Add(1)) == parts {
			w.sleepers[0].rouse()
		}
	}
}

func (t *team) close(ctx context.Context) error {
	var errs []error
	for _, m := range t.helpers {
		errs = append(errs, m.mod.Close(ctx))
	}
	return errors.Join(errs...)
}
