package run

import (
	"context"
	"errors"
	"fmt"
)

// State is what an instance remembers between runs. It fits any instance of the
// same module.
type State struct {
	lengths map[string]int64
	bytes   [][]byte // of each pair, with the room that is free
}

// Length is the extent that the states along symbol have.
func (s State) Length(symbol string) int64 { return s.lengths[symbol] }

// Lengths returns how long the instance's states are, by symbol.
func (i *Instance) Lengths() map[string]int64 {
	out := map[string]int64{}
	for s, k := range i.lengths {
		out[s] = k
	}
	return out
}

// place returns the memory of pair k.
func (i *Instance) place(k int) ([]byte, Tensor, error) {
	info := &i.model.Info
	t, err := i.descriptor(len(info.Inputs) + len(info.Outputs) + len(info.Intermediates) + k)
	return t.Data, t, err
}

// Reset forgets: states are empty, those that do not grow are zero.
func (i *Instance) Reset(context.Context) error {
	for k := range i.model.Info.States {
		b, _, err := i.place(k)
		if err != nil {
			return err
		}
		clear(b)
	}
	i.lengths = nil
	return nil
}

// Save copies what the instance remembers.
func (i *Instance) Save(context.Context) (State, error) {
	s := State{lengths: i.Lengths()}
	for k := range i.model.Info.States {
		b, _, err := i.place(k)
		if err != nil {
			return State{}, err
		}
		s.bytes = append(s.bytes, append([]byte(nil), b...))
	}
	return s, nil
}

// Restore makes the instance, of the module that the state came from, go on there:
// after Save this one goes back, another one becomes its fork.
func (i *Instance) Restore(_ context.Context, s State) error {
	if len(s.bytes) != len(i.model.Info.States) {
		return fmt.Errorf("a state of %d pairs for a module with %d: %w", len(s.bytes), len(i.model.Info.States), ErrInput)
	}
	for k := range s.bytes {
		b, _, err := i.place(k)
		if err != nil {
			return err
		}
		if len(b) != len(s.bytes[k]) {
			return fmt.Errorf("pair %d has %d bytes, the module's %d: %w", k, len(s.bytes[k]), len(b), ErrInput)
		}
		copy(b, s.bytes[k])
	}
	i.lengths = map[string]int64{}
	for name, n := range s.lengths {
		i.lengths[name] = n
	}
	return nil
}

// advance notes how long states are after a run.
func (i *Instance) advance() error {
	next := map[string]int64{}
	for k, s := range i.model.Info.States {
		if s.Axis < 0 {
			continue
		}
		_, t, err := i.place(k)
		if err != nil {
			return err
		}
		if s.Axis >= len(t.Dims) {
			return fmt.Errorf("state %q has no axis %d: %w", s.Input, s.Axis, ErrABI)
		}
		if old, ok := next[s.Symbol]; ok && old != t.Dims[s.Axis] {
			return fmt.Errorf("states of one length %s grow to %d and %d: %w", s.Symbol, old, t.Dims[s.Axis], errors.ErrUnsupported)
		}
		next[s.Symbol] = t.Dims[s.Axis]
	}
	i.lengths = next
	return nil
}
