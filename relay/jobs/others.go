package jobs

import (
	"encoding/json"
	"log/slog"
	"strings"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay/store"
)

const (
	// maxTold is how many offers other relays are told of.
	maxTold = 1000
	// maxToldEach is how many providers they are told of one by one, of all models together.
	maxToldEach = 256
	// maxNews is how much news waits to be told: what is too much is found by looking.
	maxNews = 1024
	// newsTogether is how much news is told at once, in less than 8000 bytes.
	newsTogether = 100
	// helpEvery is how soon after a look at the table the next is taken, however many ask for it.
	helpEvery = 10 * time.Millisecond
	// listenAgain is how soon a line to Postgres that broke is tried again.
	listenAgain = time.Second
)

// What relays tell each other: that a job waits for which this one has nobody free, and that one has ended that may be another's. Either is seen
// by looking now and then too.
const (
	newsDue   = "due"
	newsEnded = "ended "
)

// inform has the others told. It never waits.
func (q *Queue) inform(news string) {
	select {
	case q.news <- news:
	default:
	}
}

// informOf tells the others that a job has ended, if it may be theirs, and there are any. q.mu is not held.
func (q *Queue) informOf(theirs bool, job string) {
	q.mu.Lock()
	alone := len(q.elsewhere) == 0
	q.mu.Unlock()
	if theirs && !alone {
		q.inform(newsEnded + job)
	}
}

// report tells news, those together that there are.
func (q *Queue) report() {
	for {
		var all []string
		select {
		case <-q.ctx.Done():
			return
		case first := <-q.news:
			all = append(all, q.id, first)
		}
		for len(q.news) > 0 && len(all) < newsTogether {
			all = append(all, <-q.news)
		}
		if err := q.Store.Tell(q.ctx, strings.Join(all, "\n")); err != nil && q.ctx.Err() == nil {
			q.Log.Warn("other relays were not told", slog.Any("error", err))
		}
	}
}

// listen hears what others tell.
func (q *Queue) listen() {
	for {
		err := q.Store.Listen(q.ctx, q.askHelp, q.hear)
		if err == nil || q.ctx.Err() != nil {
			return
		}
		q.Log.Warn("other relays are not heard", slog.Any("error", err))
		select {
		case <-q.ctx.Done():
			return
		case <-time.After(listenAgain):
		}
	}
}

func (q *Queue) hear(text string) {
	from, text, _ := strings.Cut(text, "\n")
	if from == q.id {
		return
	}
	for news := range strings.SplitSeq(text, "\n") {
		if job, ended := strings.CutPrefix(news, newsEnded); ended {
			q.over(job)
		} else if news == newsDue {
			q.askHelp()
		}
	}
}

// askHelp has help look.
func (q *Queue) askHelp() {
	select {
	case q.due <- struct{}{}:
	default: // it will
	}
}

// help looks for jobs that others have nobody for, when they say so and somebody is free here.
func (q *Queue) help() {
	for {
		select {
		case <-q.ctx.Done():
			return
		case <-q.due:
		}
		if q.hasRoom() {
			if err := q.find(); err != nil && q.ctx.Err() == nil {
				q.Log.Error("looking for other relays' jobs", slog.Any("error", err))
			}
		}
		select {
		case <-q.ctx.Done():
			return
		case <-time.After(helpEvery):
		}
	}
}

// hasRoom tells whether a provider here has a free place.
func (q *Queue) hasRoom() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for p := range q.peers {
		if p.busy < p.capacity && !p.drains && !p.gone {
			return true
		}
	}
	return false
}

// told is what other relays are told of what providers offer here.
func (q *Queue) told() string {
	q.mu.Lock()
	var list []Offered
	if !q.closed {
		list = sorted(q.offersHere())
	}
	alone := len(q.elsewhere) == 0
	q.mu.Unlock()
	each := 0
	for i := range list {
		if each += len(list[i].Each); alone || each > maxToldEach {
			list[i].Each = nil
		}
	}
	text, err := json.Marshal(list[:min(len(list), maxTold)])
	if err != nil {
		q.Log.Error("offers are not told", slog.Any("error", err))
		return ""
	}
	return string(text)
}

// learn reads what others told.
func (q *Queue) learn(relays map[string]store.Relay) {
	elsewhere := map[string]map[model]Offered{}
	for id, r := range relays {
		if id == q.id {
			continue
		}
		var list []Offered
		if r.Offers != "" {
			if err := json.Unmarshal([]byte(r.Offers), &list); err != nil {
				q.Log.Warn("another relay's offers are not known", slog.String("relay", id), slog.Any("error", err))
			}
		}
		offers := make(map[model]Offered, len(list))
		for _, o := range list {
			offers[model{manifest.CID(o.Manifest), o.Mode}] = o
		}
		elsewhere[id] = offers
	}
	q.mu.Lock()
	q.elsewhere = elsewhere
	q.mu.Unlock()
}

// offeredElsewhere tells whether another relay has a provider for a model. q.mu is held.
func (q *Queue) offeredElsewhere(wants model) bool {
	for _, offers := range q.elsewhere {
		if _, offered := offers[wants]; offered {
			return true
		}
	}
	return false
}
