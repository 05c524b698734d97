package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/internal/cuttable"
	"github.com/dehug/dehug/relay/internal/history"
	"github.com/dehug/dehug/relay/internal/powerloss"
	"github.com/dehug/dehug/relay/internal/rows"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/siwe"
	"github.com/dehug/dehug/relay/store"
)

// faultPay is what a provider asks in these tests.
const faultPay = 5

// What is done to a world, beside what its providers do.
const (
	relayKilled    = "relay killed"
	powerLost      = "power lost"
	relayClock     = "relay killed, its clock wrong"
	providerClock  = "provider killed, its clock wrong"
	networkCut     = "network cut"
	networkStill   = "network still, then cut"
	databaseLocked = "database locked by another process"
	diskFull       = "disk full"
	flushFails     = "flush fails"
)

var allFaults = []string{relayKilled, powerLost, relayClock, providerClock, networkCut, networkStill, databaseLocked, diskFull, flushFails,
	diesBeforeProgress, diesAfterProgress, diesAfterPart, diesBeforeResult, diesAfterResult, saysTwice, saysLate}

// killable is a process of ours that is killed and started again.
type killable struct {
	cmd   *exec.Cmd
	in    io.WriteCloser
	ended chan struct{}
}

// begin starts one that is this program.
func begin(t testing.TB, waits bool, said func(line string), env []string, args ...string) *killable {
	t.Helper()
	return beginProgram(t, os.Args[0], waits, said, env, args...)
}

// beginProgram starts one. Each line that it says goes to said; it returns after the first one, where it has to say one.
func beginProgram(t testing.TB, program string, waits bool, said func(line string), env []string, args ...string) *killable {
	t.Helper()
	k := &killable{cmd: exec.Command(program, args...), ended: make(chan struct{})}
	var complaints bytes.Buffer // they have every reason to
	k.cmd.Env, k.cmd.Stderr = append(os.Environ(), env...), &complaints
	var err error
	if k.in, err = k.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := k.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := k.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	first := make(chan bool, 1)
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			said(lines.Text())
			select {
			case first <- true:
			default:
			}
		}
		_ = k.cmd.Wait() // it was killed
		close(k.ended)
	}()
	if waits {
		select {
		case <-first:
		case <-k.ended:
			t.Fatalf("%s did not start: %s", args, &complaints)
		}
	}
	return k
}

func (k *killable) kill() {
	_ = k.cmd.Process.Kill() // it may have ended
	<-k.ended
}

// world is a relay with providers, people, and a network and a disk that fail.
type world struct {
	t      *testing.T
	h      *history.History
	name   string
	rng    *rand.Rand
	dir    string
	at     string // the relay's own address
	net    *cuttable.Proxy
	relay  *killable
	bearer string
	ctx    context.Context
	stop   context.CancelFunc
	mu     sync.Mutex
	sets   []*killable // processes of providers
	faults int
	money  *money // nil where nobody pays
}

func (w *world) file(name string) string { return filepath.Join(w.dir, name) }

// model is what all of them run.
var echoModel = manifest.DigestOf([]byte("echo")).RawCID()

// newWorld begins one; paid has a chain. plant is SQL that its database is given: a bug.
func newWorld(t *testing.T, h *history.History, name string, seed uint64, paid bool, plant string) *world {
	t.Helper()
	w := &world{t: t, h: h, name: name, rng: rand.New(rand.NewPCG(seed, 0)), dir: t.TempDir(), at: keptPort(t), sets: make([]*killable, 2)}
	w.ctx, w.stop = context.WithCancel(t.Context())
	var err error
	if w.net, err = cuttable.Listen(w.at); err != nil {
		t.Fatal(err)
	}
	if plant != "" {
		w.plant(plant)
	}
	if paid {
		w.money = newMoney(t, w)
	}
	w.startRelay(0)
	t.Cleanup(func() {
		w.stop()
		w.net.Close()
		w.relay.kill()
		for _, p := range w.sets {
			if p != nil {
				p.kill()
			}
		}
	})
	wallet, err := ethsig.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	w.bearer = "Bearer " + signInFor(t, "http://"+w.at, wallet)
	if paid {
		for _, p := range w.money.payers {
			p.bearer = "Bearer " + signInFor(t, "http://"+w.at, p.account.Signer())
		}
	}
	for i := range w.sets {
		w.provide(i, 0)
	}
	return w
}

// plant gives the database a bug before anybody uses it.
func (w *world) plant(sql string) {
	s, err := store.Open(w.ctx, "sqlite:"+w.file("hub.db"))
	if err == nil {
		err = s.Close()
	}
	if err != nil {
		w.t.Fatal(err)
	}
	db := rows.Open(w.t, "sqlite:"+w.file("hub.db"))
	defer db.Close()
	if _, err := db.Exec(sql); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) startRelay(off time.Duration) {
	env := []string{asRelay + "=1", clockOff + "=" + off.String(), lossyDisk + "=" + w.file("disk")}
	args := []string{"serve", "--data", w.dir, "--database", "sqlite:" + w.file("hub.db") + "?vfs=" + lossyDisk, "--listen", w.at, "--gateway-listen", "127.0.0.1:0",
		"--provider", "any", "--free-daily", "1000000000", "--proxy", "127.0.0.1/32", "--job-lease", "300ms", "--log-level", "error"}
	if w.money != nil {
		args = append(args, w.money.flags()...)
	}
	w.relay = begin(w.t, true, func(string) {}, env, args...)
}

// restart kills the relay, or takes its power, and starts it again.
func (w *world) restart(power bool, off time.Duration) {
	w.relay.kill()
	if power {
		ops, err := powerloss.Read(w.file("disk"))
		if err == nil {
			err = powerloss.Lose(ops, w.dir, w.rng)
		}
		if err == nil {
			err = os.Remove(w.file("disk"))
		}
		if err != nil {
			w.t.Error(err)
		}
	}
	w.startRelay(off)
}

// provide starts a process with two providers, and starts it again when it ends.
func (w *world) provide(i int, off time.Duration) {
	p := badProvider{Relay: "http://" + w.net.Address(), Model: echoModel}
	for k := range 2 {
		p.Keys = append(p.Keys, fmt.Sprintf("%064x", 1+2*i+k))
	}
	text, err := json.Marshal(&p)
	if err != nil {
		w.t.Fatal(err)
	}
	set := begin(w.t, false, w.did, []string{asProvider + "=" + string(text), clockOff + "=" + off.String()})
	w.mu.Lock()
	w.sets[i] = set
	w.mu.Unlock()
	go func() {
		<-set.ended
		w.mu.Lock()
		mine := w.sets[i] == set && w.ctx.Err() == nil
		w.mu.Unlock()
		if mine {
			w.provide(i, 0)
		}
	}()
}

func (w *world) did(what string) {
	w.mu.Lock()
	w.faults++
	w.mu.Unlock()
	w.h.Add(history.Line{Event: history.Fault, What: what})
}

// call asks until it is answered: so long as the relay is gone, or says that something is not there now.
func (w *world) call(method, path, key string, header map[string]string, body string, into any) bool {
	for w.ctx.Err() == nil {
		req, err := http.NewRequestWithContext(w.ctx, method, "http://"+w.net.Address()+"/api/v1"+path, strings.NewReader(body))
		if err != nil {
			w.t.Error(err)
			return false
		}
		for name, value := range header {
			req.Header.Set(name, value)
		}
		req.Header.Set("Authorization", w.bearer)
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
			if res.StatusCode == 404 && method == "GET" { // the checker will see
				return false
			}
			if res.StatusCode >= 400 && res.StatusCode < 500 && res.StatusCode != 409 && res.StatusCode != 429 {
				w.t.Errorf("%s %s: %s %s", method, path, res.Status, text)
				return false
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	return false
}

// ask has a job done, as a person does: asks, thinks better of it now and then, looks what became of it. One of four is paid for, where
// that can be.
func (w *world) ask(i int, patience time.Duration) {
	if w.money != nil && i%4 == 0 {
		w.money.ask(i, patience)
		return
	}
	key := fmt.Sprintf("%s-%06d", w.name, i)
	w.h.Add(history.Line{Event: history.Asked, Key: key, Output: key})
	tensor := receipt.Tensor{Name: "x", Type: "u8", Dims: []int64{int64(len(key))}, Data: []byte(key)}
	body := fmt.Sprintf(`{"version":%q,"max_price":%d,"input":{"x":{"datatype":"UINT8","shape":[%d],"base64":%q}}}`, echoModel, 2*faultPay, len(key), tensor.Base64())
	var header map[string]string
	if i%2 == 0 {
		header = map[string]string{"Prefer": "wait=2"}
	}
	var p prediction
	if !w.call("POST", "/predictions?encoding=base64", key, header, body, &p) {
		return
	}
	id := p.ID
	w.h.Add(history.Line{Event: history.Acknowledged, Key: key, Job: id})
	if i%40 == 7 && !w.call("POST", "/predictions/"+id+"/cancel?encoding=base64", "", nil, "", &p) {
		return
	}
	for since := time.Now(); !relay.JobState(p.Status).Ended(); {
		if time.Since(since) > patience {
			return // the checker will see
		}
		time.Sleep(30 * time.Millisecond)
		p = prediction{}
		if !w.call("GET", "/predictions/"+id+"?encoding=base64", "", nil, "", &p) {
			return
		}
	}
	if err := tensor.ParseBase64(p.Output["x"].Base64); err != nil {
		w.t.Error(err)
	}
	w.h.Add(history.Line{Event: history.Seen, Job: id, What: p.Status, Output: string(tensor.Data)})
}

// wrong is by how much a clock is: less than jobs may take.
func (w *world) wrong() time.Duration {
	return time.Duration(w.rng.IntN(400)-200) * time.Second
}

// fail makes a fault.
func (w *world) fail(what string) {
	switch what {
	case relayKilled, relayClock, powerLost:
		off := time.Duration(0)
		if what == relayClock {
			off = w.wrong()
		}
		time.Sleep(time.Duration(w.rng.IntN(20)) * time.Millisecond)
		w.restart(what == powerLost, off)
	case providerClock:
		i := w.rng.IntN(len(w.sets))
		w.mu.Lock()
		old := w.sets[i]
		w.sets[i] = nil // nobody else starts it again
		w.mu.Unlock()
		if old == nil {
			return
		}
		old.kill()
		w.provide(i, w.wrong())
	case networkCut:
		w.net.Cut()
	case networkStill:
		w.net.Still(time.Duration(100+w.rng.IntN(300)) * time.Millisecond)
	case databaseLocked:
		w.lock(time.Duration(100+w.rng.IntN(400)) * time.Millisecond)
	case diskFull:
		_ = w.relay.cmd.Process.Signal(syscall.SIGUSR1)
	case flushFails:
		_ = w.relay.cmd.Process.Signal(syscall.SIGUSR2)
	default:
		if slices.Contains(chainFaults, what) {
			w.money.fail(what)
			return
		}
		w.mu.Lock()
		set := w.sets[w.rng.IntN(len(w.sets))]
		w.mu.Unlock()
		if set == nil {
			return
		}
		fmt.Fprintln(set.in, what) // lost where it is being killed
		return                     // it says when it was done
	}
	w.did(what)
}

// lock keeps everybody else from writing for a while.
func (w *world) lock(d time.Duration) {
	db := rows.Open(w.t, "sqlite:"+w.file("hub.db"))
	defer db.Close()
	conn, err := db.Conn(w.ctx)
	if err == nil {
		defer conn.Close()
		if _, err = conn.ExecContext(w.ctx, "PRAGMA busy_timeout = 10000"); err == nil {
			if _, err = conn.ExecContext(w.ctx, "BEGIN IMMEDIATE"); err == nil {
				time.Sleep(d)
				_, err = conn.ExecContext(w.ctx, "ROLLBACK")
			}
		}
	}
	if err != nil {
		w.t.Error(err)
	}
}

// run has jobs done by several people while faults are made, of kinds in turn, and then ends all and notes what the database has.
func (w *world) run(jobs, faults int, kinds []string, patience time.Duration) {
	todo := make(chan int)
	var people sync.WaitGroup
	for range 8 {
		people.Go(func() {
			for i := range todo {
				w.ask(i, patience)
			}
		})
	}
	enough := func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.faults >= faults
	}
	// Faults come at places of the work, not at moments. All kinds come once before one comes twice.
	every := max(1, jobs/max(faults, 1))
	next := make(chan bool)
	var breaking sync.WaitGroup
	breaking.Go(func() { // while more is asked for: some have to wait for what they break
		var left []string
		for range next {
			if len(left) == 0 {
				left = slices.Clone(kinds)
				w.rng.Shuffle(len(left), func(i, j int) { left[i], left[j] = left[j], left[i] })
			}
			w.fail(left[0])
			left = left[1:]
		}
	})
	for i := 0; w.ctx.Err() == nil && (i < jobs || !enough()); i++ {
		todo <- i
		if i%every != every-1 || enough() {
			continue
		}
		next <- true
	}
	close(next)
	breaking.Wait()
	close(todo)
	people.Wait()
	if w.money != nil {
		w.money.settle()
	}
	w.mu.Lock()
	w.stop()
	sets := slices.Clone(w.sets)
	w.mu.Unlock()
	for _, p := range sets {
		if p != nil {
			p.kill()
		}
	}
	w.relay.kill()
	auditHas(w.t, w.dir)
	rows.OfJobs(w.t, "sqlite:"+w.file("hub.db"), func(table string, row map[string]any) {
		w.h.Add(history.Line{Event: history.Row, World: w.name, What: table, Row: row})
	})
	if w.money != nil {
		w.money.tell()
	}
}

// signInFor gets a key that may have models run.
func signInFor(t testing.TB, site string, wallet *ethsig.Key) string {
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
	call("/keys", map[string]any{"name": "test", "scopes": []string{"run", "upload"}}, &made)
	return made.Key
}

func freePort(t testing.TB) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

// keptPort is an address that is free again whenever who listens there is killed: no port that the system gives to those who dial.
func keptPort(t testing.TB) string {
	t.Helper()
	for {
		ln, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 10_000+rand.IntN(20_000)))
		if err == nil {
			defer ln.Close()
			return ln.Addr().String()
		}
	}
}

// Everything fails at random while people have models run, and no job that was acknowledged is lost, none is done twice, and the ledger is right.
// DEHUG_FAULTS and DEHUG_FAULTS_JOBS say how many (make faults), DEHUG_FAULTS_WORLDS by how many relays at once, DEHUG_FAULTS_SEED which,
// DEHUG_FAULTS_HISTORY keeps the history.
func TestJobFaults(t *testing.T) {
	number := func(name string, usual int) int {
		if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
			return n
		}
		return usual
	}
	kinds := slices.Concat(allFaults, chainFaults)
	faults, jobs, worlds, seed := number("DEHUG_FAULTS", len(kinds)), number("DEHUG_FAULTS_JOBS", 100), number("DEHUG_FAULTS_WORLDS", 2), number("DEHUG_FAULTS_SEED", 1)
	file := os.Getenv("DEHUG_FAULTS_HISTORY")
	if file == "" {
		file = filepath.Join(t.TempDir(), "history.jsonl")
	}
	v := runWorlds(t, file, worlds, func(h *history.History, i int) {
		of := func(n int) int { return n*(i+1)/worlds - n*i/worlds }
		newWorld(t, h, fmt.Sprintf("%d.%d", seed, i), uint64(seed*1000+i), true, "").run(of(jobs), of(faults), kinds, 2*time.Minute)
	})
	if v.Wrong() || v.Jobs < jobs || v.Faults < faults {
		t.Errorf("%d jobs were asked for and %d faults", jobs, faults)
	}
}

// runWorlds runs several at once, and has a checker read their history.
func runWorlds(t *testing.T, file string, worlds int, run func(h *history.History, i int)) history.Verdict {
	t.Helper()
	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	buffered := bufio.NewWriterSize(out, 1<<20)
	h := history.New(buffered)
	var all sync.WaitGroup
	for i := range worlds {
		all.Go(func() { run(h, i) })
	}
	all.Wait()
	if err := buffered.Flush(); err != nil || h.Err() != nil {
		t.Fatal(err, h.Err())
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	v, err := history.Check(bytes.NewReader(text), &said)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s%v\n%v", &said, v.Kinds, v.Ends)
	return v
}

// Bugs that were planted are found by whoever reads the history. That nothing is flushed, package store's tests find.
func TestPlantedBugs(t *testing.T) {
	doubled, ledger := func(v history.Verdict) int { return v.Doubled }, func(v history.Verdict) int { return v.Ledger }
	for _, bug := range []struct {
		is    string
		paid  bool
		found func(v history.Verdict) int
		sql   string
	}{
		{"a key is forgotten", false, doubled, "CREATE TRIGGER bug AFTER INSERT ON idempotency_keys BEGIN DELETE FROM idempotency_keys WHERE key = NEW.key; END"},
		{"a finish counts twice", false, doubled, `CREATE TRIGGER bug AFTER INSERT ON ledger_entries WHEN NEW.step = 'capture' AND NEW.account LIKE 'provider/%' BEGIN
			INSERT INTO ledger_entries VALUES (NEW.job, 'again', NEW.account, NEW.amount, 0), (NEW.job, 'again', 'held', -NEW.amount, 0); END`},
		{"a hold stays", false, ledger, "CREATE TRIGGER bug AFTER UPDATE ON holds WHEN NEW.state = 'released' BEGIN UPDATE holds SET state = 'held' WHERE job = NEW.job; END"},
		{"money is lost", false, ledger, "CREATE TRIGGER bug AFTER INSERT ON ledger_entries WHEN NEW.step = 'release' AND NEW.account = 'held' BEGIN DELETE FROM ledger_entries WHERE job = NEW.job AND account = 'held'; END"},
		{"a limit is forgotten", false, ledger, "CREATE TRIGGER bug AFTER UPDATE ON spendings BEGIN UPDATE spendings SET amount = 0 WHERE payer = NEW.payer; END"},
		{"a credit counts when it is mined, and again when it is safe", true, ledger, `CREATE TRIGGER bug AFTER UPDATE ON settlements WHEN NEW.state = 'mined' AND OLD.state <> 'mined' BEGIN
			INSERT OR IGNORE INTO ledger_entries SELECT job, 'mined', 'chain/relay', 100, 0 FROM settled_receipts WHERE settlement = NEW.id; END`},
		{"a provider is redeemed more than it is due", true, ledger, "CREATE TRIGGER bug AFTER UPDATE ON attempts WHEN NEW.state = 'done' AND NEW.pay = 5 BEGIN UPDATE attempts SET pay = 6 WHERE job = NEW.job AND fence = NEW.fence; END"},
	} {
		if os.Getenv("DEHUG_TEST_ALL") != "1" && bug.is != "a key is forgotten" {
			continue // two seconds each
		}
		t.Run(bug.is, func(t *testing.T) {
			t.Parallel()
			v := runWorlds(t, filepath.Join(t.TempDir(), "history.jsonl"), 1, func(h *history.History, _ int) {
				kinds := []string{networkCut}
				if bug.paid {
					kinds = append(kinds, reorgSettlement)
				}
				newWorld(t, h, "0", 1, bug.paid, bug.sql).run(40, 20, kinds, time.Second)
			})
			if bug.found(v) == 0 {
				t.Errorf("the checker does not see that %s: %s", bug.is, v)
			}
		})
	}
}
