package lower

import (
	"sort"

	"github.com/dehug/dehug/internal/say"

	"github.com/dehug/dehug/wasm/emit"
	"github.com/dehug/dehug/wasm/graph"
)

// Memory map: tables, slots, constants and packed weights, then the arena of
// activations. While weights are prepared the arena is the staging buffer.
const (
	tablesAt       = 1024 // below: nothing, so that a zero address is never valid
	boundSize      = 64   // the bound block (ABI.md) and the words that follow
	tensorEntry    = 32
	descriptorSize = 96

	// Kernels may read (never write) up to this many bytes past a buffer: the
	// rest of a vector.
	overread = 64
	// A cache line: no two buffers share one.
	alignment = 64
)

// Offsets in the bound block.
const (
	boundStatus   = 0
	boundPages    = 4
	boundBytes    = 8
	boundMACs     = 16
	boundPrepared = 24 // private: items prepared so far
	boundReady    = 28 // private: 1 after a successful bind
	boundData     = 32 // private: 1 when the data segments of a module for threads are written
	boundStop     = 36 // private: the status with which a step ends the run
	boundJump     = 40 // private: 1 when a step makes the run go on elsewhere
	boundNext     = 44 // the step at which the run goes on, after statusJump; that which has ended it, after others (ABI.md)
)

func align(n int64) int64 { return (n + alignment - 1) &^ (alignment - 1) }

// placeStatic gives addresses to tables, constants and packed weights.
func (l *lowerer) placeStatic() error {
	l.makeItems()
	at := int64(tablesAt)
	l.dimsAt = uint32(at)
	at = align(at + 8*int64(len(l.symbols)))
	l.cellsAt = uint32(at)
	at = align(at + 8*int64(len(l.symbols)+len(l.counts)))
	l.findPoison()
	l.poisonAt = uint32(at)
	at = align(at + 4*int64(len(l.poison)))
	l.boundAt = uint32(at)
	at = align(at + boundSize)
	l.layoutAt = uint32(at)
	at = align(at + 8 + tensorEntry*int64(len(l.items)))
	l.descAt = uint32(at)
	at = align(at + descriptorSize*int64(len(l.ports())))
	if l.opt.Threads {
		l.sharesAt = uint32(at)
		at = align(at + 4*int64(len(l.steps)))
	}
	l.slotAt = uint32(at)
	l.slots = map[string]uint32{}
	if len(l.symbols)+len(l.counts) > 0 {
		l.slotCap = slotsPerStep * (len(l.steps) + 1)
	}
	at = align(at + 4*int64(l.slotCap))
	place := func(used bool) error {
		for _, b := range l.buffers {
			if !b.static || b.used != used {
				continue
			}
			size, ok := b.size.IsConst()
			if !ok {
				panic("lower: constant " + b.name + " without a constant size")
			}
			b.addr = graph.Num(at)
			if size < 0 || size > l.opt.MaxMemory-at {
				return say.Errorf("weights alone need more than %d bytes of memory: %w", l.opt.MaxMemory, ErrTooLarge)
			}
			at = align(at + size + overread)
		}
		return nil
	}
	if err := place(true); err != nil {
		return err
	}
	l.arenaAt = uint32(at)
	l.staging = uint32(at)
	if l.stagingLen > l.opt.MaxMemory-at {
		return say.Errorf("a weight of %d bytes does not fit beside the others in %d bytes of memory: %w", l.stagingLen, l.opt.MaxMemory, ErrTooLarge)
	}
	// What only prepare reads lies behind the staging buffer, where the
	// activations will be.
	at = align(at + l.stagingLen + overread)
	if err := place(false); err != nil {
		return err
	}
	l.prepareEnd = at
	for _, it := range l.items {
		it.dst = l.staging
		if it.c.plain != nil {
			it.dst = l.static(it.c.plain)
		}
	}
	return nil
}

// largestWeight is the size of the largest constant or packed weight that stays.
func (l *lowerer) largestWeight() (most int64) {
	for _, b := range l.buffers {
		if b.static && b.used {
			size, _ := b.size.IsConst()
			most = max(most, size)
		}
	}
	return most
}

// slotsPerStep bounds the distinct run-time operands of a step: three per axis
// of a copy and what addresses and images need.
const slotsPerStep = 64

func (l *lowerer) ports() []port {
	ps := append([]port{}, l.inputs...)
	ps = append(ps, l.results...)
	ps = append(ps, l.inner...)
	for _, s := range l.states {
		ps = append(ps, port{v: s.out, buf: s.at.buf, room: s.room})
	}
	return ps
}

// placeArena gives addresses to activations. Buffers whose life times do not
// overlap share memory.
func (l *lowerer) placeArena() error {
	var live []*buffer
	constant := true
	for _, b := range l.buffers {
		if b.static {
			continue
		}
		if b.pinned {
			b.last = len(l.steps)
		}
		if _, ok := b.size.IsConst(); !ok {
			constant = false
		}
		live = append(live, b)
	}
	for _, p := range l.inputs {
		p.buf.first = -1
	}
	if constant {
		return l.placeConstant(live)
	}
	l.placeSymbolic(live)
	return nil
}

// placeConstant puts the largest buffers first, each at the lowest address
// that is free throughout its life.
func (l *lowerer) placeConstant(live []*buffer) error {
	type placed struct {
		b        *buffer
		from, to int64
	}
	sizeOf := func(b *buffer) int64 { k, _ := b.size.IsConst(); return k }
	order := append([]*buffer{}, live...)
	sort.SliceStable(order, func(i, j int) bool { return sizeOf(order[i]) > sizeOf(order[j]) })
	var done []placed // ordered by address
	end := int64(l.arenaAt)
	for _, b := range order {
		at := int64(l.arenaAt)
		size := sizeOf(b)
		if size < 0 || size > l.opt.MaxMemory {
			return say.Errorf("tensor %q has %d bytes, more than the %d allowed: %w", b.name, size, l.opt.MaxMemory, ErrTooLarge)
		}
		need := align(size + overread)
		for _, p := range done {
			if p.b.last < b.first || b.last < p.b.first {
				continue
			}
			if at+need <= p.from {
				break
			}
			at = max(at, p.to)
		}
		if at+need > l.opt.MaxMemory {
			return say.Errorf("tensor %q does not fit: the model needs more than the %d bytes of memory allowed: %w", b.name, l.opt.MaxMemory, ErrTooLarge)
		}
		b.addr = graph.Num(at)
		done = append(done, placed{b, at, at + need})
		sort.SliceStable(done, func(i, j int) bool { return done[i].from < done[j].from })
		end = max(end, at+need)
	}
	l.arenaEnd = graph.Num(end)
	return nil
}

// placeSymbolic lets buffers of equal size expressions take turns, and lays
// the shared places one after the other; bind computes the addresses.
func (l *lowerer) placeSymbolic(live []*buffer) {
	type place struct {
		size  graph.Dim
		until int // last step of the current tenant
		users []*buffer

		guarded bool
	}
	var places []*place
next:
	for _, b := range live { // in order of first use
		for _, p := range places {
			if p.until < b.first && p.size.Equal(b.size) {
				p.until = b.last
				p.users = append(p.users, b)
				p.guarded = p.guarded || len(b.guard) > 0
				continue next
			}
		}
		places = append(places, &place{b.size, b.last, []*buffer{b}, len(b.guard) > 0})
	}
	at := graph.Num(int64(l.arenaAt))
	for _, p := range places {
		for _, b := range p.users {
			b.addr = at
		}
		// Round up to the alignment: ⌊(size + overread + 63) / 64⌋ · 64.
		units := graph.FloorDiv(graph.Add(p.size, graph.Num(overread+alignment-1)), graph.Num(alignment))
		if p.guarded { // bind does not insist on extents that make sense
			units = graph.Max(units, graph.Num(0))
		}
		at = graph.Add(at, graph.Mul(units, graph.Num(alignment)))
	}
	l.arenaEnd = at
}

// pages returns the initial and maximum size of the imported memory.
func (l *lowerer) pages() (initial, maximum uint32) {
	first := l.prepareEnd
	up := func(n int64) uint32 { return uint32((n + emit.PageSize - 1) / emit.PageSize) }
	if end, ok := l.arenaEnd.IsConst(); ok {
		n := up(max(first, end))
		return n, n
	}
	return up(first), max(up(first), uint32(l.opt.MaxMemory/emit.PageSize))
}
