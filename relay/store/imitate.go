package store

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/dehug/dehug/relay/lookalike"
)

const (
	// standingPayers is how many payers who have nothing to do with a model it takes for others to imitate it.
	standingPayers = 20
	// mostStanding is of how many models imitators are found, the highest scores first: each takes some 5 kB of memory.
	mostStanding = 10_000
	// standEvery is how late a new one of them is known.
	standEvery = time.Minute
)

// standing are the models that others may imitate.
type standing struct {
	mu     sync.Mutex
	index  *lookalike.Index
	looked time.Time
	busy   bool // somebody looks
}

// Imitated is the model that another one may be taken for.
type Imitated = lookalike.Model

// Imitates finds what a model may be taken for by its name or its owner's address: an older one of somebody else that is used by at least 20
// payers who have nothing to do with it. created is in microseconds. ok is false when there is none.
func (s *Store) Imitates(ctx context.Context, owner, name string, created int64) (m Imitated, ok bool, err error) {
	index, err := s.stand(ctx)
	if err != nil {
		return m, false, failed(err)
	}
	m, ok = index.Find(owner, name, created)
	return m, ok, nil
}

// stand is the index of them. Nobody waits for a newer one than is there.
func (s *Store) stand(ctx context.Context) (*lookalike.Index, error) {
	st := &s.standing
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.index == nil {
		var err error
		if st.index, err = s.readStanding(ctx); err == nil {
			st.looked = time.Now()
		}
		return st.index, err
	}
	if !st.busy && time.Since(st.looked) >= standEvery {
		st.busy = true
		go func() {
			ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), answerTimeout)
			defer stop()
			index, err := s.readStanding(ctx)
			st.mu.Lock()
			defer st.mu.Unlock()
			st.busy, st.looked = false, time.Now()
			if err == nil {
				st.index = index
			}
		}()
	}
	return st.index, nil
}

func (s *Store) readStanding(ctx context.Context) (*lookalike.Index, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT c.id, c.publisher, c.owner, c.name, "+listedSince("c")+
		" FROM rankings r JOIN chain_models c ON c.id = r.model WHERE r.payers >= $1 ORDER BY r.score DESC, c.id LIMIT $2", standingPayers, mostStanding)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var models []lookalike.Model
	for rows.Next() {
		var m lookalike.Model
		if err := rows.Scan(&m.ID, &m.Publisher, &m.Owner, &m.Name, &m.Created); err != nil {
			return nil, err
		}
		models = append(models, m)
	}
	return lookalike.New(models), rows.Err()
}

// listedSince is since when lists have a model on chain, else since when the chain has it.
func listedSince(model string) string {
	return "COALESCE((SELECT l.created FROM models l WHERE l.owner = " + model + ".publisher AND l.name = " + model + ".name), " + model + ".at * 1000000)"
}

// imitationSQL has what Imitates asks for of a model t, for imitation.
var imitationSQL = "t.publisher || ' ' || t.name || ' ' || CAST(" + listedSince("t") + " AS TEXT)"

// imitation is the id of what a model of imitationSQL may be taken for, "" for nothing.
func imitation(x *lookalike.Index, model string) string {
	publisher, rest, _ := strings.Cut(model, " ")
	end := strings.LastIndexByte(rest, ' ')
	created, err := strconv.ParseInt(rest[end+1:], 10, 64)
	if err != nil {
		panic("store: a time is no number: " + model)
	}
	m, _ := x.Find(publisher, rest[:end], created)
	return m.ID
}

// forget makes that they are read anew.
func (st *standing) forget() {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.index = nil
}
