package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/engine"
	"github.com/dehug/dehug/relay/internal/cuttable"
	"github.com/dehug/dehug/relay/jobs/wire"
	"github.com/dehug/dehug/relay/provider"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/siwe"
	"github.com/dehug/dehug/relay/store"
)

// faultPay is what a provider asks in these tests.
const faultPay = 5

// line is a line of the history of a run, which is all that the checker knows.
type line struct {
	Event   string           // asked, acknowledged, ended, fault; after the run: kept
	Key     string           `json:",omitempty"` // of idempotency
	Job     string           `json:",omitempty"`
	What    string           `json:",omitempty"` // state, or kind of fault
	Output  string           `json:",omitempty"`
	Entries map[string]int64 `json:",omitempty"` // of the ledger, by step and account
	Hold    string           `json:",omitempty"`
	Receipt bool             `json:",omitempty"`
}

// history is written as things happen.
type history struct {
	mu  sync.Mutex
	out *json.Encoder
}

func (h *history) add(l line) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.out.Encode(l); err != nil {
		panic(err)
	}
}

// verdict is what the checker finds.
type verdict struct{ Faults, Jobs, Lost, Doubled, Ledger int }

func (v verdict) String() string {
	return fmt.Sprintf("faults %d jobs %d lost %d doubled %d ledger %d", v.Faults, v.Jobs, v.Lost, v.Doubled, v.Ledger)
}

// checkHistory reads a history again. A job is lost when somebody was told of it and it is not there, has not ended, has no answer or another
// one, or ended otherwise than was said; doubled when one request made two, or one job was paid twice; and the ledger is wrong where
// it does not sum to zero, holds something for what has ended, or pays for what did not succeed.
func checkHistory(in io.Reader) (v verdict, err error) {
	acknowledged, ended, outputs, kept := map[string]string{}, map[string]string{}, map[string]string{}, map[string]line{}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var l line
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return v, err
		}
		switch l.Event {
		case "fault":
			v.Faults++
		case "acknowledged":
			if other := acknowledged[l.Key]; other != "" && other != l.Job {
				v.Doubled++
			}
			acknowledged[l.Key] = l.Job
		case "ended":
			if was := ended[l.Job]; was != "" && was != l.What {
				v.Doubled++
			}
			ended[l.Job], outputs[l.Job] = l.What, l.Output
		case "kept":
			if _, twice := kept[l.Job]; twice {
				v.Doubled++
			}
			kept[l.Job] = l
		}
	}
	v.Jobs = len(acknowledged)
	if len(kept) > len(acknowledged) { // made by a request whose answer was lost and never asked for again
		v.Doubled += len(kept) - len(acknowledged)
	}
	for key, job := range acknowledged {
		k, there := kept[job]
		if !there || !relay.JobState(k.What).Ended() || ended[job] != k.What || k.What == "succeeded" && outputs[job] != key || k.Receipt != (k.What == "succeeded") {
			v.Lost++
		}
	}
	for _, k := range kept {
		var sum, held, paid int64
		for name, amount := range k.Entries {
			sum += amount
			if strings.HasSuffix(name, " held") {
				held += amount
			}
			if strings.Contains(name, " provider/") {
				paid += amount
			}
		}
		want := int64(0)
		if k.What == "succeeded" {
			want = faultPay
		}
		if sum != 0 || held != 0 || k.Hold == "held" || paid < want {
			v.Ledger++
		}
		if paid > want {
			v.Doubled++
		}
	}
	return v, lines.Err()
}

// killable is a relay in a process of its own, at one address however often it is started.
type killable struct {
	t    *testing.T
	args []string
	cmd  *exec.Cmd
}

func (k *killable) start() {
	k.cmd = exec.Command(os.Args[0], k.args...)
	k.cmd.Env = append(os.Environ(), asRelay+"=1")
	k.cmd.Stderr = os.Stderr
	out, err := k.cmd.StdoutPipe()
	if err != nil {
		k.t.Fatal(err)
	}
	if err := k.cmd.Start(); err != nil {
		k.t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 100)); err != nil {
		k.t.Fatalf("the relay did not start: %v", err)
	}
}

func (k *killable) kill() {
	k.cmd.Process.Kill()
	k.cmd.Wait()
}

// slowEcho answers with what it is asked, sooner or later.
type slowEcho struct{}

func (slowEcho) Run(ctx context.Context, q engine.Question) (*engine.Answer, error) {
	time.Sleep(time.Duration(rand.IntN(8)*rand.IntN(8)) * time.Millisecond)
	return &engine.Answer{Outputs: q.Inputs}, nil
}

// signInFor gets a key that may have models run.
func signInFor(t *testing.T, site string, wallet *ethsig.Key) string {
	t.Helper()
	cookie := ""
	call := func(path string, body, into any) {
		t.Helper()
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		req, err := http.NewRequest("POST", site+"/api/v1"+path, bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Cookie", cookie)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		text, err = io.ReadAll(res.Body)
		if err != nil || res.StatusCode != 201 {
			t.Fatalf("POST %s: %s %s %v", path, res.Status, text, err)
		}
		if err := json.Unmarshal(text, into); err != nil {
			t.Fatal(err)
		}
		if set := res.Header.Get("Set-Cookie"); set != "" {
			cookie, _, _ = strings.Cut(set, ";")
		}
	}
	var n struct {
		Nonce, Domain, URI string
		ChainID            uint64
	}
	call("/nonces", nil, &n)
	m := siwe.Message{Domain: n.Domain, Address: wallet.Address(), URI: n.URI, ChainID: n.ChainID, Nonce: n.Nonce, IssuedAt: siwe.Timestamp{Text: time.Now().UTC().Format(time.RFC3339)}}
	signature := wallet.Sign(siwe.Hash(m.String()))
	call("/sessions", map[string]string{"message": m.String(), "signature": "0x" + hex.EncodeToString(signature[:])}, &struct{}{})
	var made struct{ Key string }
	call("/keys", map[string]any{"name": "test", "scopes": []string{"run"}}, &made)
	return made.Key
}

func freePort(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

// A relay is killed and lines are cut at random while people have models run: no job that was acknowledged is lost, none is done twice, and the
// ledger is right. DEHUG_FAULTS and DEHUG_FAULTS_JOBS say how many (make faults), DEHUG_FAULTS_SEED which, DEHUG_FAULTS_HISTORY keeps the history.
func TestJobFaults(t *testing.T) {
	number := func(name string, usual int) int {
		if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
			return n
		}
		return usual
	}
	faults, jobs, seed := number("DEHUG_FAULTS", 8), number("DEHUG_FAULTS_JOBS", 120), number("DEHUG_FAULTS_SEED", 1)
	rng := rand.New(rand.NewPCG(uint64(seed), 0))
	dir := t.TempDir()
	file := os.Getenv("DEHUG_FAULTS_HISTORY")
	if file == "" {
		file = filepath.Join(dir, "history.jsonl")
	}
	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	h := &history{out: json.NewEncoder(out)}

	at := freePort(t)
	site := "http://" + at
	r := &killable{t: t, args: []string{"serve", "--data", filepath.Join(dir, "data"), "--listen", at, "--gateway-listen", "127.0.0.1:0", "--provider", "any", "--free-daily", "1000000000",
		"--proxy", "127.0.0.1/32", "--job-lease", "400ms", "--log-level", "error"}}
	r.start()
	defer func() { r.kill() }()
	wallet, err := ethsig.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	bearer := "Bearer " + signInFor(t, site, wallet)
	model := manifest.DigestOf([]byte("echo")).RawCID()

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var providers sync.WaitGroup
	lines := make([]*cuttable.Lines, 3)
	for i := range lines {
		key, err := ethsig.NewKey()
		if err != nil {
			t.Fatal(err)
		}
		lines[i] = &cuttable.Lines{}
		providers.Go(func() {
			if err := provider.Run(ctx, provider.Config{Relay: site, Key: key, Capacity: 4, Client: lines[i].Client(), Backend: slowEcho{}, Log: slog.New(slog.DiscardHandler),
				Offers: []wire.Offer{{Manifest: model, Mode: receipt.Strict, Pay: faultPay}}}); err != nil {
				t.Error(err)
			}
		})
	}

	// call asks until it is answered: so long as the relay is gone, or says that something is not there now.
	call := func(method, path, key, body string, into any) bool {
		for ctx.Err() == nil {
			req, err := http.NewRequestWithContext(ctx, method, site+"/api/v1"+path, strings.NewReader(body))
			if err != nil {
				t.Error(err)
				return false
			}
			req.Header.Set("Authorization", bearer)
			req.Header.Set("Content-Type", "application/json")
			req.Header.Set("X-Forwarded-For", fmt.Sprintf("10.%d.%d.1", rand.IntN(250), rand.IntN(250))) // no one of them asks too often
			if key != "" {
				req.Header.Set("Idempotency-Key", key)
			}
			res, err := http.DefaultClient.Do(req)
			if err == nil {
				text, readErr := io.ReadAll(res.Body)
				res.Body.Close()
				if readErr == nil && res.StatusCode < 300 && json.Unmarshal(text, into) == nil {
					return true
				}
				if res.StatusCode >= 400 && res.StatusCode < 500 && res.StatusCode != 409 {
					t.Errorf("%s %s: %s %s", method, path, res.Status, text)
					return false
				}
			}
			time.Sleep(10 * time.Millisecond)
		}
		return false
	}
	type prediction struct {
		ID, Status string
		Output     map[string]struct{ Base64 string }
	}
	todo := make(chan int)
	var mu sync.Mutex
	var made []string
	var clients sync.WaitGroup
	for range 8 {
		clients.Go(func() {
			for i := range todo {
				key := fmt.Sprintf("job-%06d", i)
				h.add(line{Event: "asked", Key: key})
				tensor := receipt.Tensor{Name: "x", Type: "u8", Dims: []int64{int64(len(key))}, Data: []byte(key)}
				body := fmt.Sprintf(`{"version":%q,"max_price":%d,"input":{"x":{"datatype":"UINT8","shape":[%d],"base64":%q}}}`, model, 2*faultPay, len(key), tensor.Base64())
				var p prediction
				if !call("POST", "/predictions", key, body, &p) {
					return
				}
				h.add(line{Event: "acknowledged", Key: key, Job: p.ID})
				mu.Lock()
				made = append(made, p.ID)
				mu.Unlock()
			}
		})
	}
	// Faults come at places of the work, not at moments.
	every := max(1, jobs/faults)
	for i := range jobs {
		todo <- i
		if i%every != every-1 {
			continue
		}
		switch what := rng.IntN(4); what {
		case 0, 1:
			h.add(line{Event: "fault", What: "relay killed"})
			r.kill()
			r.start()
		case 2:
			h.add(line{Event: "fault", What: "line cut"})
			lines[rng.IntN(len(lines))].Cut()
		case 3:
			h.add(line{Event: "fault", What: "all lines cut"})
			for _, l := range lines {
				l.Cut()
			}
			mu.Lock()
			id := ""
			if len(made) > 0 {
				id = made[len(made)-1]
			}
			mu.Unlock()
			if id != "" { // its owner thinks better of it
				call("POST", "/predictions/"+id+"/cancel", "", "", &prediction{})
			}
		}
	}
	close(todo)
	clients.Wait()
	for _, id := range made {
		for {
			var p prediction
			if !call("GET", "/predictions/"+id+"?encoding=base64", "", "", &p) {
				t.Fatal("no answer")
			}
			if !relay.JobState(p.Status).Ended() {
				time.Sleep(20 * time.Millisecond)
				continue
			}
			tensor := receipt.Tensor{}
			if err := tensor.ParseBase64(p.Output["x"].Base64); err != nil {
				t.Fatal(err)
			}
			h.add(line{Event: "ended", Job: id, What: p.Status, Output: string(tensor.Data)})
			break
		}
	}
	stop()
	providers.Wait()
	r.kill()
	keep(t, h, filepath.Join(dir, "data", "hub.db"))

	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	v, err := checkHistory(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if v.Lost+v.Doubled+v.Ledger > 0 || v.Jobs != jobs {
		t.Errorf("%d jobs were asked for", jobs)
	}
	for name, plant := range map[string]func(l *line) []line{
		"a job that is gone":    func(l *line) []line { return nil },
		"a job twice":           func(l *line) []line { return []line{*l, *l} },
		"one that goes on":      func(l *line) []line { l.What = "processing"; return []line{*l} },
		"one that is paid more": func(l *line) []line { l.Entries["capture provider/x"] += faultPay; return []line{*l} },
		"a hold that stays":     func(l *line) []line { l.Hold = "held"; return []line{*l} },
		"money out of nothing":  func(l *line) []line { l.Entries["capture relay"]++; return []line{*l} },
		"no receipt":            func(l *line) []line { l.Receipt = !l.Receipt; return []line{*l} },
	} {
		var spoiled bytes.Buffer
		done := false
		for text := range strings.Lines(string(text)) {
			var l line
			if err := json.Unmarshal([]byte(text), &l); err != nil {
				t.Fatal(err)
			}
			all := []line{l}
			if l.Event == "kept" && !done {
				done, all = true, plant(&l)
			}
			for _, l := range all {
				json.NewEncoder(&spoiled).Encode(l)
			}
		}
		if got, err := checkHistory(&spoiled); err != nil || got.Lost+got.Doubled+got.Ledger == 0 {
			t.Errorf("the checker does not see %s: %s, %v", name, got, err)
		}
	}
	fmt.Println(v)
}

// keep adds what the database has to a history.
func keep(t *testing.T, h *history, database string) {
	t.Helper()
	s, err := store.Open(context.Background(), "sqlite:"+database)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for after := ""; ; {
		page, err := s.Audit(context.Background(), after, 500)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			return
		}
		for _, a := range page {
			l := line{Event: "kept", Job: a.ID, What: a.State, Entries: map[string]int64{}, Hold: a.Hold.State, Receipt: a.Receipt}
			for _, e := range a.Entries {
				l.Entries[e.Step+" "+e.Account] = e.Amount
			}
			h.add(l)
			after = a.ID
		}
	}
}
