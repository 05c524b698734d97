package jobs

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/engine"
	"github.com/dehug/dehug/relay/jobs/wire"
	"github.com/dehug/dehug/relay/receipt"
)

// collect reads the parts of a job until it has ended, and says how many were lost.
func collect(t testing.TB, q *Queue, id string) (parts []string, lost int64) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	w := q.Watch(id)
	defer w.Close()
	var fence, number int64
	for {
		changed := w.Changed()
		job, err := q.Store.Job(t.Context(), alice, id)
		if err != nil {
			t.Fatal(err)
		}
		of, first, list := w.Parts(fence, number)
		if of != 0 {
			if of != fence {
				fence, number = of, 0
			}
			lost += first - number - 1
			number = first + int64(len(list)) - 1
		}
		for _, p := range list {
			parts = append(parts, string(p))
		}
		if relay.JobState(job.State).Ended() {
			return parts, lost
		}
		select {
		case <-changed:
		case <-time.After(time.Second): // its attempt may not have begun yet
		case <-ctx.Done():
			t.Fatalf("the job is %s, with %d parts", job.State, len(parts))
		}
	}
}

// say gives n parts of an answer.
func say(q engine.Question, n int) {
	for i := range n {
		q.Part(fmt.Appendf(nil, "{\"t\":\n%d}", i+1))
	}
}

// Parts of an answer come in order to whoever watches, all of them, before its end; who comes late gets them as well.
func TestStream(t *testing.T) {
	q, url := relayOf(t, database(t, ""), 0)
	provide(t, url, key(t, "1"), 0, 4, echo{before: func(_ context.Context, q engine.Question) error { say(q, 1000); return nil }})
	var readers sync.WaitGroup
	for range 8 {
		job := ask(t, q, "x", 0)
		readers.Go(func() {
			for _, who := range []string{"at once", "late"} {
				parts, lost := collect(t, q, job.ID)
				if len(parts) != 1000 || lost != 0 {
					t.Errorf("%s: %d parts, %d lost; want 1000, 0", who, len(parts), lost)
				}
				for i, p := range parts {
					if want := fmt.Sprintf(`{"t":%d}`, i+1); p != want {
						t.Errorf("%s: part %d is %s; want %s", who, i, p, want)
						break
					}
				}
			}
		})
	}
	readers.Wait()
	q.mu.Lock()
	q.forgetStreams(time.Now()) // notes that they ended
	q.forgetStreams(time.Now().Add(time.Second))
	if len(q.streams) != 0 || q.partBytes != 0 {
		t.Errorf("%d streams, %d bytes are kept after their end", len(q.streams), q.partBytes)
	}
	q.mu.Unlock()
}

// A reader that does not read keeps nobody waiting, and is told what it lost.
func TestSlowReader(t *testing.T) {
	q, url := relayOf(t, database(t, ""), 0)
	provide(t, url, key(t, "1"), 0, 1, echo{before: func(_ context.Context, q engine.Question) error { say(q, 3*keptParts); return nil }})
	job := ask(t, q, "x", 0)
	w := q.Watch(job.ID)
	defer w.Close()
	ends(t, q, job.ID, relay.JobSucceeded)
	fence, first, parts := w.Parts(1, 5)
	if fence != 1 || first != 2*keptParts+1 || len(parts) != keptParts || string(parts[0]) != fmt.Sprintf(`{"t":%d}`, first) {
		t.Errorf("after part 5 come %d from %d of attempt %d; want the newest %d", len(parts), first, fence, keptParts)
	}
	if fence, first, parts := w.Parts(1, 3*keptParts); fence != 1 || first != 3*keptParts+1 || len(parts) != 0 {
		t.Errorf("after the last part come %d from %d of attempt %d", len(parts), first, fence)
	}
}

// What fails after its first part is not asked again of anybody, and its money is given back. Before that it is.
func TestStreamBroken(t *testing.T) {
	s := database(t, "")
	q, url := relayOf(t, s, 0)
	for name, c := range map[string]struct {
		parts int
		end   func(r *raw, job *wire.Message)
		code  relay.JobCode
	}{
		"cut before the first part": {0, func(r *raw, _ *wire.Message) { r.ws.CloseNow() }, relay.JobProviderLost},
		"cut after it":              {1, func(r *raw, _ *wire.Message) { r.ws.CloseNow() }, relay.JobStreamBroken},
		"fails after it": {3, func(r *raw, job *wire.Message) {
			r.write(&wire.Message{Kind: wire.Fail, ID: job.ID, Fence: job.Fence, Code: relay.JobProviderFailed, Detail: "no more"})
		}, relay.JobStreamBroken},
		"lies after it": {1, func(r *raw, job *wire.Message) {
			m := r.result(job, q.Address())
			m.Receipt.Pay++
			r.write(m)
		}, relay.JobStreamBroken},
	} {
		t.Run(name, func(t *testing.T) {
			r := dial(t, url, key(t, "1"), nil)
			r.read()
			asked := ask(t, q, "x", 7)
			job := r.read()
			w := q.Watch(asked.ID)
			defer w.Close()
			for i := range c.parts {
				r.write(&wire.Message{Kind: wire.Part, ID: job.ID, Fence: job.Fence, Number: int64(i + 1), Body: []byte("1")})
			}
			for c.parts > 0 {
				changed := w.Changed()
				if _, _, parts := w.Parts(0, 0); len(parts) == c.parts {
					break
				}
				<-changed
			}
			c.end(r, job)
			if c.code == relay.JobStreamBroken {
				if got := ends(t, q, asked.ID, relay.JobFailed); got.Code != string(c.code) || got.Fence != 1 {
					t.Errorf("the job is %+v; want %s at once", got, c.code)
				}
			} else {
				q.mu.Lock()
				clear(q.memories)
				q.mu.Unlock()
				stop := provide(t, url, key(t, "2"), 0, 1, echo{})
				ends(t, q, asked.ID, relay.JobSucceeded)
				stop()
			}
			attempts, err := s.Attempts(t.Context(), asked.ID)
			if err != nil || attempts[0].Code != string(c.code) || attempts[0].Streamed != (c.parts > 0) {
				t.Errorf("attempts %+v, %v; want the first with %s", attempts, err, c.code)
			}
			r.ws.CloseNow()
			for gone := false; !gone; {
				q.mu.Lock()
				gone = len(q.peers) == 0
				q.mu.Unlock()
				time.Sleep(time.Millisecond)
			}
		})
	}
	if spent, err := s.Spent(t.Context(), q.funds(alice, time.Now()).Account); spent != 0 || err != nil {
		t.Errorf("%d are spent, %v; want all of it back", spent, err)
	}
	audit(t, s)
}

// The relay that had it dies after the first part: the other one does not begin anew.
func TestStreamRelayDies(t *testing.T) {
	s := database(t, "")
	one, at := relayOf(t, s, time.Second)
	r := dial(t, at, key(t, "1"), nil)
	r.read()
	asked := ask(t, one, "x", 0)
	job := r.read()
	w := one.Watch(asked.ID)
	defer w.Close()
	r.write(&wire.Message{Kind: wire.Part, ID: job.ID, Fence: 1, Number: 1, Body: []byte("1")})
	for {
		changed := w.Changed()
		if _, _, parts := w.Parts(0, 0); len(parts) > 0 {
			break
		}
		<-changed
	}
	one.stop()
	one.mu.Lock()
	one.closed = true
	one.mu.Unlock()
	two, other := relayOf(t, s, time.Second)
	provide(t, other, key(t, "2"), 0, 1, echo{})
	if got := ends(t, two, asked.ID, relay.JobFailed); got.Code != string(relay.JobStreamBroken) || got.Fence != 1 {
		t.Errorf("the job is %+v; want stream_broken", got)
	}
	audit(t, s)
}

// Parts that are no JSON, too large, or not the next one end the line. Those of attempts that were given up are left out.
func TestRefuseParts(t *testing.T) {
	q, url := relayOf(t, database(t, ""), 0)
	for name, bad := range map[string]wire.Message{
		"no JSON":   {Number: 1, Body: []byte("data: x")},
		"nothing":   {Number: 1},
		"two":       {Number: 1, Body: []byte("1 2")},
		"too large": {Number: 1, Body: []byte(`"` + strings.Repeat("x", wire.MaxPart) + `"`)},
		"a gap":     {Number: 2, Body: []byte("1")},
		"no number": {Body: []byte("1")},
		"below":     {Number: -1, Body: []byte("1")},
	} {
		t.Run(name, func(t *testing.T) {
			r := dial(t, url, key(t, "1"), nil)
			r.read()
			q.mu.Lock()
			clear(q.memories)
			q.mu.Unlock()
			asked := ask(t, q, "x", 0)
			job := r.read()
			r.write(&wire.Message{Kind: wire.Part, ID: job.ID, Fence: job.Fence + 1, Number: 5, Body: []byte("1")}) // nobody's
			bad.Kind, bad.ID, bad.Fence = wire.Part, job.ID, job.Fence
			r.write(&bad)
			if m, err := wire.Read(t.Context(), r.ws); err == nil {
				t.Errorf("the relay says %+v; want the line cut", m)
			}
			if _, err := q.Cancel(t.Context(), alice, asked.ID); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// What another server computed is signed for as that: by the name that was offered, and as nothing that could be replayed.
func TestServed(t *testing.T) {
	q, url := relayOf(t, database(t, ""), 0)
	r := dial(t, url, key(t, "1"), func(_, m *wire.Message, _ string) {
		m.Offers = []wire.Offer{{Manifest: modelCID, Mode: receipt.Served, Backend: "openai me m", API: wire.OpenAI}}
	})
	r.read()
	for name, c := range map[string]struct {
		plan      receipt.Hash
		assurance string
		want      string
	}{
		"as offered":      {receipt.BackendPlan("openai me m"), receipt.Signed, wire.Taken},
		"another backend": {receipt.BackendPlan("openai me n"), receipt.Signed, wire.Refused},
		"replayable":      {receipt.BackendPlan("openai me m"), receipt.Replayable, wire.Refused},
	} {
		q.mu.Lock()
		clear(q.memories)
		q.mu.Unlock()
		asked, _, err := q.Create(t.Context(), Request{Account: alice, Manifest: modelCID, Mode: receipt.Served, Tensors: tensors(t, name)})
		if err != nil {
			t.Fatal(err)
		}
		m := r.result(r.read(), q.Address())
		m.Receipt.Plan, m.Receipt.Assurance = c.plan, c.assurance
		if err := m.Receipt.Sign(key(t, "1")); err != nil {
			t.Fatal(err)
		}
		if r.write(m); r.read().Detail != c.want {
			t.Errorf("%s: not %s", name, c.want)
		}
		if _, err := q.Cancel(t.Context(), alice, asked.ID); err != nil {
			t.Fatal(err)
		}
	}
	if o := q.Offers(); len(o) != 1 || o[0].API != wire.OpenAI || o[0].Backends[0] != "openai me m" {
		t.Errorf("offers %+v", o)
	}
}

// A thousand streams at once lose nothing and keep their order.
func TestManyStreams(t *testing.T) {
	const each = 200
	many := 32
	if os.Getenv("DEHUG_TEST_ALL") == "1" {
		many = 1000
	}
	s := database(t, "")
	q, url := relayOf(t, s, 0)
	begun, all := make(chan struct{}, many), make(chan struct{})
	for i := range 4 {
		provide(t, url, key(t, fmt.Sprint(i+1)), 0, many/4, echo{before: func(ctx context.Context, q engine.Question) error {
			begun <- struct{}{}
			select {
			case <-all:
			case <-ctx.Done():
				return errors.New("not all began")
			}
			say(q, each)
			return nil
		}})
	}
	accounts := make([]string, 10) // one has fewer open jobs than these
	for i := range accounts {
		accounts[i] = receipt.Address{byte(i + 1)}.String()
		signUp(t, s, accounts[i])
	}
	var readers sync.WaitGroup
	started := time.Now()
	for i := range many {
		readers.Go(func() {
			job, _, err := q.Create(t.Context(), Request{Account: accounts[i%len(accounts)], Manifest: modelCID, Mode: receipt.Strict, Tensors: tensors(t, fmt.Sprint(i))})
			if err != nil {
				t.Error(err)
				return
			}
			w := q.Watch(job.ID)
			defer w.Close()
			var fence, number int64
			for {
				changed := w.Changed()
				of, first, parts := w.Parts(fence, number)
				if of != 0 {
					if of != fence {
						fence, number = of, 0
					}
					if first != number+1 {
						t.Errorf("%d parts are lost", first-number-1)
					}
				}
				for _, p := range parts {
					if number++; string(p) != fmt.Sprintf(`{"t":%d}`, number) {
						t.Errorf("part %d is %s", number, p)
					}
				}
				if number == each {
					return
				}
				select {
				case <-changed:
				case <-t.Context().Done():
					t.Errorf("%d parts of %d came", number, each)
					return
				}
			}
		})
	}
	for range many {
		<-begun
	}
	close(all)
	readers.Wait()
	t.Logf("%d streams of %d parts: %v", many, each, time.Since(started).Round(time.Millisecond))
}
