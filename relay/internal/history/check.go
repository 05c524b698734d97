package history

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// Verdict is what Check finds. All but the first two and Ends should be 0.
type Verdict struct {
	Faults, Jobs int
	Lost         int // somebody was told of it, and it is not so
	Doubled      int // one request made two jobs, or one job was paid twice
	Ledger       int // money that came from nowhere, stays held, or pays for what was not done
	Kinds, Ends  map[string]int
}

func (v Verdict) String() string {
	return fmt.Sprintf("faults %d jobs %d lost %d doubled %d ledger %d", v.Faults, v.Jobs, v.Lost, v.Doubled, v.Ledger)
}

// Wrong tells whether something is.
func (v Verdict) Wrong() bool { return v.Lost+v.Doubled+v.Ledger > 0 }

// job is what the rows say of one.
type job struct {
	rows, receipts, done, running int
	state, code, account          string
	payer, hold                   string // the hold's
	held                          int64
	provider, signer              string // of the attempt that is done, of the receipt
	pay                           int64
	entries                       map[string]map[string]int64 // by step and account
	session                       string                      // that pays, "" for none
	units                         int64                       // of it
	payee                         string                      // of whom the operator pays
	author                        int64                       // that much, beside the provider
	world                         string
}

// use is what the rows say of a session.
type use struct {
	payee         string
	author, relay int64 // of a unit
	held, used    int64 // units
}

// checker has read a history.
type checker struct {
	say     io.Writer
	verdict Verdict

	wanted map[string]string   // outputs, by key
	ids    map[string][]string // that somebody was told, by key
	keys   map[string]string   // by job
	seen   map[string]Line     // the end that somebody was told of
	jobs   map[string]*job
	spent  map[string]int64 // by payer, as the table has it
	uses   map[string]use   // by session
	pages  map[string]*page // by session
	chains map[string]*ledger
}

// Check reads a history and counts what is wrong; each is told in a line to say.
func Check(in io.Reader, say io.Writer) (Verdict, error) {
	c := &checker{say: say, verdict: Verdict{Kinds: map[string]int{}, Ends: map[string]int{}}, wanted: map[string]string{}, ids: map[string][]string{}, keys: map[string]string{},
		seen: map[string]Line{}, jobs: map[string]*job{}, spent: map[string]int64{}, uses: map[string]use{}, pages: map[string]*page{}, chains: map[string]*ledger{}}
	lines := bufio.NewReaderSize(in, 1<<20)
	for {
		text, err := lines.ReadBytes('\n')
		if err == io.EOF && len(text) == 0 {
			break
		}
		if err != nil {
			return c.verdict, err
		}
		var l Line
		d := json.NewDecoder(strings.NewReader(string(text)))
		d.UseNumber()
		if err := d.Decode(&l); err != nil {
			return c.verdict, err
		}
		c.read(l)
	}
	for _, key := range slices.Sorted(maps.Keys(c.ids)) {
		c.told(key)
	}
	c.verdict.Jobs = len(c.ids)
	moved, held, used := map[string]int64{}, map[string]int64{}, map[string]int64{}
	for _, id := range slices.Sorted(maps.Keys(c.jobs)) {
		j := c.jobs[id]
		c.ledger(id, j)
		if c.keys[id] == "" {
			c.wrong(&c.verdict.Doubled, id, "nobody was told of it, though each asked until they were")
		}
		c.verdict.Ends[strings.TrimSuffix(j.state+" "+j.code, " ")]++
		for _, step := range j.entries {
			moved[j.payer] -= step[j.payer]
		}
		switch {
		case !ended(j.state):
			held[j.session] += j.units
		case j.state == "succeeded":
			used[j.session] += j.units
		}
	}
	for id, u := range c.uses {
		if u.held != held[id] || u.used != used[id] {
			c.wrong(&c.verdict.Ledger, id, "%d units are held and %d used, and its jobs hold %d and used %d", u.held, u.used, held[id], used[id])
		}
	}
	for payer, amount := range c.spent {
		if moved[payer] != amount {
			c.wrong(&c.verdict.Ledger, payer, "the ledger says that it gave %d, its limit is held against %d", moved[payer], amount)
		}
	}
	for _, world := range slices.Sorted(maps.Keys(c.chains)) {
		c.chain(world, c.chains[world])
	}
	return c.verdict, nil
}

func (c *checker) wrong(count *int, what, format string, args ...any) {
	*count++
	fmt.Fprintf(c.say, "%s: %s\n", what, fmt.Sprintf(format, args...))
}

func (c *checker) read(l Line) {
	switch l.Event {
	case Asked:
		c.wanted[l.Key] = l.Output
	case Acknowledged:
		if !slices.Contains(c.ids[l.Key], l.Job) {
			c.ids[l.Key] = append(c.ids[l.Key], l.Job)
		}
		c.keys[l.Job] = l.Key
	case Seen:
		if !ended(l.What) {
			return
		}
		if was, twice := c.seen[l.Job]; twice && (was.What != l.What || was.Output != l.Output) {
			c.wrong(&c.verdict.Doubled, l.Job, "somebody was told that it is %s, and then that it is %s", was.What, l.What)
		}
		c.seen[l.Job] = l
		c.ends(l)
	case Signed, Refused:
		c.signed(l)
	case Chain:
		c.onChain(l)
	case Fault:
		c.verdict.Faults++
		c.verdict.Kinds[l.What]++
	case Row:
		c.row(l)
	}
}

func ended(state string) bool {
	return state == "succeeded" || state == "failed" || state == "canceled"
}

func (l *Line) text(column string) string { s, _ := l.Row[column].(string); return s }

func (l *Line) number(column string) int64 {
	n, _ := l.Row[column].(json.Number)
	i, _ := n.Int64()
	return i
}

// row takes a row of a table. Those that are not about jobs and money are of no concern here.
func (c *checker) row(l Line) {
	text, number, table := l.text, l.number, l.What
	switch table {
	case "spendings":
		c.spent[text("payer")] = number("amount")
		return
	case "session_uses":
		c.uses[text("session")] = use{text("payee"), number("author_fee"), number("relay_fee"), number("held"), number("used")}
		return
	}
	id := text("job")
	if table == "jobs" {
		id = text("id")
	}
	j := c.jobs[id]
	if j == nil {
		j = &job{entries: map[string]map[string]int64{}}
		c.jobs[id] = j
	}
	switch table {
	case "jobs":
		j.rows++
		j.state, j.code, j.account, j.world = text("state"), text("code"), text("account"), l.World
	case "holds":
		j.payer, j.hold, j.held = text("payer"), text("state"), number("amount")
		j.payee, j.author = text("author"), number("author_fee")
	case "attempts":
		switch text("state") {
		case "done":
			j.done++
			j.provider, j.pay = text("provider"), number("pay")
		case "running":
			j.running++
		}
	case "receipts":
		j.receipts++
		j.signer = text("provider")
	case "vouchers":
		j.session, j.units = text("session"), number("units")
	case "ledger_entries":
		step := j.entries[text("step")]
		if step == nil {
			step = map[string]int64{}
			j.entries[text("step")] = step
		}
		step[text("account")] += number("amount")
	}
}

// told holds what somebody was told against the rows.
func (c *checker) told(key string) {
	ids := c.ids[key]
	if len(ids) > 1 {
		c.wrong(&c.verdict.Doubled, key, "one request made the jobs %s", strings.Join(ids, ", "))
	}
	for _, id := range ids {
		j, seen := c.jobs[id], c.seen[id]
		switch {
		case j == nil || j.rows == 0:
			c.wrong(&c.verdict.Lost, id, "somebody was told of it, and it is not there")
		case !ended(j.state):
			c.wrong(&c.verdict.Lost, id, "it is %s for ever", j.state)
		case seen.What != j.state:
			c.wrong(&c.verdict.Lost, id, "somebody was told that it is %q, and it is %s", seen.What, j.state)
		case j.state == "succeeded" && seen.Output != c.wanted[key]:
			c.wrong(&c.verdict.Lost, id, "its output is %q, not %q", seen.Output, c.wanted[key])
		case j.state == "succeeded" && j.receipts != 1:
			c.wrong(&c.verdict.Lost, id, "it has %d receipts", j.receipts)
		}
	}
}

// ledger holds a job's money against how it ended.
func (c *checker) ledger(id string, j *job) {
	if j.rows > 1 {
		c.wrong(&c.verdict.Doubled, id, "it is there %d times", j.rows)
	}
	good := j.state == "succeeded"
	if j.done > 1 || j.receipts > 1 {
		c.wrong(&c.verdict.Doubled, id, "%d attempts are done, and %d receipts signed", j.done, j.receipts)
	}
	if good != (j.done == 1) || good != (j.receipts == 1) || good && j.provider != j.signer || ended(j.state) && j.running > 0 {
		c.wrong(&c.verdict.Ledger, id, "it is %s with %d attempts done, %d under way, %d receipts", j.state, j.done, j.running, j.receipts)
	}
	want := map[string]map[string]int64{}
	if j.held > 0 {
		want["hold"] = map[string]int64{j.payer: -j.held, "held": j.held}
		switch {
		case good:
			u, due := c.uses[j.session], ""
			if j.session != "" {
				due = "due/"
			}
			author, relay := u.author*j.units, u.relay*j.units
			want["capture"] = map[string]int64{"held": -j.held, due + "provider/" + j.provider: j.pay, "due/author/" + u.payee: author, "due/relay": relay, j.payer: j.held - j.pay - author - relay}
			if j.session == "" && j.author > 0 { // the operator pays both
				want["capture"]["author/"+j.payee] = j.author
				want["capture"][j.payer] -= j.author
			}
			maps.DeleteFunc(want["capture"], func(_ string, amount int64) bool { return amount == 0 })
			c.settled(j, want)
		case ended(j.state):
			want["release"] = map[string]int64{"held": -j.held, j.payer: j.held}
		}
	}
	var paid, sum int64
	for _, step := range j.entries {
		for account, amount := range step {
			if sum += amount; isProvider(account) {
				paid += amount
			}
		}
	}
	if good && paid > j.pay || !good && paid > 0 {
		c.wrong(&c.verdict.Doubled, id, "it is %s for %d, and %d are paid", j.state, j.pay, paid)
	}
	if (j.session != "") != strings.HasPrefix(j.payer, "session/") || j.session != "" && j.payer != "session/"+j.session {
		c.wrong(&c.verdict.Ledger, id, "it is held by %s, and its voucher is of session %q", j.payer, j.session)
	}
	if hold := map[bool]string{true: "captured", false: "released"}[good]; ended(j.state) && j.hold != hold || sum != 0 || !maps.EqualFunc(j.entries, want, maps.Equal[map[string]int64, map[string]int64]) {
		c.wrong(&c.verdict.Ledger, id, "it is %s, its hold of %d by %s is %s, and the ledger has %v, not %v", j.state, j.held, j.payer, j.hold, j.entries, want)
	}
}
