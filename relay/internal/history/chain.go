package history

import (
	"maps"
	"slices"
	"strings"
)

// page is what somebody who pays with a session signed, and knows of it.
type page struct {
	open    map[string]bool // keys of requests that were signed for, of which no end is known
	results int64           // requests that succeeded
}

// signed holds a voucher against what its page had and waited for when it was signed.
func (c *checker) signed(l Line) {
	p := c.pages[l.Session]
	if p == nil {
		p = &page{open: map[string]bool{}}
		c.pages[l.Session] = p
	}
	if l.Event == Refused {
		delete(p.open, l.Key)
		return
	}
	p.open[l.Key] = true
	if bound := p.results + int64(len(p.open)); l.Units > bound {
		c.wrong(&c.verdict.Ledger, l.Session, "%d units are signed for, %d results came back, and %d are under way", l.Units, p.results, len(p.open))
	}
}

// ends counts what became of a request that was signed for.
func (c *checker) ends(l Line) {
	key := c.keys[l.Job]
	for _, p := range c.pages {
		if p.open[key] {
			delete(p.open, key)
			if l.What == "succeeded" {
				p.results++
			}
		}
	}
}

// ledger is what a chain says.
type ledger struct {
	relay     string           // the relay's account
	credit    map[string]int64 // by account, before sessions were ended
	credited  map[string]int64 // by account, ever
	withdrawn map[string]int64
	sessions  map[string]*locked
	held      int64 // by the contract, before sessions were ended
	left      int64 // by the contract, after everybody withdrew
}

// locked is a session as a chain has it.
type locked struct {
	payer                  string
	units                  int64
	author, relay, compute int64 // of a unit
	redeemed               int64 // units
	spent                  int64
}

func (l *locked) rest() int64 { return l.units*(l.author+l.relay+l.compute) - l.spent }

// onChain takes what a chain says.
func (c *checker) onChain(l Line) {
	text, number := l.text, l.number
	on := c.chains[l.World]
	if on == nil {
		on = &ledger{credit: map[string]int64{}, credited: map[string]int64{}, withdrawn: map[string]int64{}, sessions: map[string]*locked{}}
		c.chains[l.World] = on
	}
	switch l.What {
	case "relay":
		on.relay = text("account")
	case "opened":
		on.sessions[text("session")] = &locked{payer: text("payer"), units: number("units"), author: number("author"), relay: number("relay"), compute: number("compute")}
	case "redeemed":
		s := on.sessions[text("session")]
		if s == nil {
			c.wrong(&c.verdict.Ledger, text("session"), "it is redeemed, and was never opened")
			return
		}
		s.spent += (number("units")-s.redeemed)*(s.author+s.relay) + number("pay")
		s.redeemed = number("units")
	case "credit":
		on.credit[text("account")] = number("amount")
	case "credited":
		on.credited[text("account")] += number("amount")
	case "withdrawn":
		on.withdrawn[text("account")] += number("amount")
	case "held":
		on.held = number("amount")
	case "left":
		on.left = number("amount")
	}
}

// settled adds to what is wanted in the ledger that a session's job was paid, or, where the chain does not have its session, that the relay
// bears it.
func (c *checker) settled(j *job, want map[string]map[string]int64) {
	on := c.chains[j.world]
	if on == nil || j.session == "" {
		return
	}
	step, moved := "settle", map[string]int64{}
	for account, amount := range want["capture"] {
		name, due := strings.CutPrefix(account, "due/")
		if !due {
			continue
		}
		moved[account] -= amount
		switch {
		case on.sessions[j.session] != nil:
			moved["chain/"+name] += amount
		default:
			step = "loss"
			moved[j.payer] += amount
			if isProvider(name) {
				moved["owed/"+name] += amount
				moved["relay"] -= amount
			}
		}
	}
	want[step] = moved
}

// isProvider tells whether an account of the ledger is a provider's, of whatever kind.
func isProvider(account string) bool {
	for _, kind := range []string{"due/", "chain/", "owed/"} {
		account = strings.TrimPrefix(account, kind)
	}
	return strings.HasPrefix(account, "provider/")
}

// chain holds what a chain says against a relay's ledger, and against what people had for what they signed.
func (c *checker) chain(world string, on *ledger) {
	bad := func(what, format string, args ...any) { c.wrong(&c.verdict.Ledger, world+" "+what, format, args...) }
	paid, given := map[string]int64{}, map[string]int64{} // by account of the chain, by session
	for _, j := range c.jobs {
		if j.world != world {
			continue
		}
		for _, step := range j.entries {
			for account, amount := range step {
				if name, is := strings.CutPrefix(account, "chain/"); is {
					if name == "relay" {
						name = "relay/" + on.relay
					}
					_, who, _ := strings.Cut(name, "/")
					paid[who] += amount
				}
				if id, is := strings.CutPrefix(account, "session/"); is {
					given[id] -= amount
				}
			}
		}
	}
	rests := map[string]int64{}
	var credit, locks int64
	for _, id := range slices.Sorted(maps.Keys(on.sessions)) {
		s := on.sessions[id]
		rests[s.payer] += s.rest()
		locks += s.rest()
		if s.spent != given[id] {
			bad(id, "the chain took %d, and the ledger says %d", s.spent, given[id])
		}
		var results int64
		if p := c.pages[id]; p != nil {
			results = p.results
		}
		if s.redeemed != results {
			bad(id, "%d units are redeemed, and %d results came back", s.redeemed, results)
		}
	}
	for id := range given {
		if on.sessions[id] == nil && given[id] != 0 {
			bad(id, "the ledger says that it paid %d, and the chain does not have it", given[id])
		}
	}
	all := map[string]bool{}
	for _, accounts := range []map[string]int64{paid, rests, on.credit, on.credited, on.withdrawn} {
		for who := range accounts {
			all[who] = true
		}
	}
	for _, who := range slices.Sorted(maps.Keys(all)) {
		credit += on.credit[who]
		if on.credit[who] != paid[who] {
			bad(who, "the chain has credited %d, and the ledger says %d", on.credit[who], paid[who])
		}
		if on.credited[who] != paid[who]+rests[who] || on.withdrawn[who] != on.credited[who] {
			bad(who, "the chain credited %d and gave %d, and the ledger says %d and %d back", on.credited[who], on.withdrawn[who], paid[who], rests[who])
		}
	}
	if on.held != credit+locks || on.left != 0 {
		bad("contract", "it held %d for credits of %d and locks of %d, and kept %d", on.held, credit, locks, on.left)
	}
}
