package jobs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/check"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/route"
	"github.com/dehug/dehug/relay/spec"
	"github.com/dehug/dehug/relay/store"
)

const (
	// checkLife is how long somebody is looked for who gives an answer again. Inputs are kept for longer.
	checkLife = time.Hour
	// checksAtOnce is how many are tended in one round.
	checksAtOnce = 100
	// lately is how long what was found of a provider has more of its answers looked at.
	lately = 30 * 24 * time.Hour
	// trustEvery is how soon what other relays found counts here; what they banned does at once.
	trustEvery = time.Minute
	// checkTime is for a job that repeats another one.
	checkTime = 10 * time.Minute
)

// Checks are what answers are looked at by a second time: given again by another provider of the model, or by the relay itself, and compared.
type Checks struct {
	Share int   // of a thousand answers
	Daily int64 // what the operator pays other providers a day for giving answers again, in the smallest unit of a dollar
	// Replays is how many runs in strict mode an account may have replayed a day for nothing.
	Replays int64
	// Engine is the relay's own: it gives answers in strict and fast mode again. Nil for a relay that has none.
	Engine func(ctx context.Context, cid manifest.CID, mode string, inputs []receipt.Tensor) (outputs []receipt.Tensor, plan receipt.Hash, err error)
}

// trusted is what checks found of a provider.
type trusted struct {
	part    float64 // of its answers that agree
	differs int64   // lately
}

// secretOf is known to who has the relay's key: the signature of a text that is shown to nobody. It is the same for all relays with
// that key, and after a restart.
func secretOf(key *ethsig.Key) []byte {
	signature := key.Sign(sha256.Sum256([]byte("dehug/check/secret/v0")))
	secret := sha256.Sum256(signature[:])
	return secret[:]
}

func (q *Queue) checkFunds(now time.Time) store.Funds {
	return store.Funds{Account: "checks/" + dayOf(now), Limit: q.Checks.Daily}
}

func (q *Queue) isBanned(provider string) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.banned[provider]
}

// learnBans reads whom some relay has banned, and ends their lines.
func (q *Queue) learnBans(ctx context.Context) error {
	bans, err := q.Store.Bans(ctx)
	if err != nil {
		return err
	}
	banned := make(map[string]bool, len(bans))
	for _, b := range bans {
		banned[b.Provider] = true
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.banned = banned
	for p := range q.peers {
		if banned[p.name] {
			p.cut("it is banned: an answer of it was false")
		}
	}
	return nil
}

// Unban lets a provider be given jobs again: here at once, at other relays of the database when they look next.
func (q *Queue) Unban(ctx context.Context, provider, admin, note string) error {
	if err := q.Store.LiftBan(ctx, provider, admin, note, q.Now()); err != nil {
		return err
	}
	return q.learnBans(ctx)
}

// learnTrust reads what was found of providers, by whichever relay.
func (q *Queue) learnTrust(ctx context.Context) error {
	counts, err := q.Store.CheckCounts(ctx, q.Now().Add(-lately))
	if err != nil {
		return err
	}
	type sums struct{ agrees, differs float64 }
	found, trust := map[string]sums{}, map[string]trusted{}
	for _, c := range counts {
		s, t := found[c.Provider], trust[c.Provider]
		switch c.State {
		case store.CheckAgrees:
			s.agrees += float64(c.N)
		case store.CheckDiffers:
			s.differs += float64(c.N)
			t.differs += c.Newer
		case store.CheckDisputed: // of two, one is wrong
			s.differs += float64(c.N) / 2
			t.differs += c.Newer
		}
		t.part = (1 + s.agrees) / (1 + s.agrees + s.differs)
		found[c.Provider], trust[c.Provider] = s, t
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.trust = trust
	return nil
}

// spotChecked tells whether an answer is of those that may be looked at: then its receipt says so. Which ones are, that does not tell.
func (q *Queue) spotChecked(a *attempt, input []byte) bool {
	if q.Checks.Share <= 0 || a.job.Mode == receipt.Strict || a.job.Account == q.account || spec.IsMode(a.job.Mode) {
		return false
	}
	q.mu.Lock()
	others := q.Checks.Daily > 0 && q.survey(wants(a.job), elseThan(wishesOf(a.job), a.peer.name)).may > 0
	q.mu.Unlock()
	if !others && (q.Checks.Engine == nil || a.job.Mode != receipt.Fast) {
		return false
	}
	question, err := receipt.DecodeTensors(input)
	return err == nil && check.Comparable(a.job.Mode, question)
}

// toldSpot tells whether a provider was told that. Of an attempt that was begun before this relay was, it is believed.
func (q *Queue) toldSpot(at store.Attempt, says bool) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if a := q.running[at.Job]; a != nil && a.fence == at.Fence {
		return a.spot
	}
	return says && q.Checks.Share > 0
}

// elseThan are the wishes of a payer for an answer that is given again: the same conditions, and others.
func elseThan(w *route.Wishes, those ...string) *route.Wishes {
	again := route.Wishes{}
	if w != nil {
		again = *w
		if again.AllowFallbacks != nil && !*again.AllowFallbacks {
			again.Only = again.Order
		}
	}
	again.Order, again.AllowFallbacks, again.Fallbacks, again.Sort, again.MaxPrice = nil, nil, nil, "", nil
	again.Ignore = slices.Concat(again.Ignore, those)
	return &again
}

// sample has an answer looked at, if chance has it so.
func (q *Queue) sample(job store.Job, provider string) {
	if q.Checks.Share <= 0 || job.Account == q.account || spec.IsMode(job.Mode) { // who doubts a job by specification does it
		return
	}
	q.mu.Lock()
	share := check.Share(q.Checks.Share, q.trust[provider].differs)
	q.mu.Unlock()
	if !check.Sampled(q.secret, job.ID, share) {
		return
	}
	q.work.Go(func() {
		ctx := context.WithoutCancel(q.ctx)
		if job.Mode == receipt.Served {
			if input, err := q.Store.JobInput(ctx, job.ID); err != nil || !comparable(job.Mode, input) {
				return
			}
		}
		if _, err := q.Store.OpenCheck(ctx, store.Check{Job: job.ID, Kind: store.CheckSpot, Provider: provider}, q.Now()); err != nil {
			q.Log.Error("an answer is not looked at", slog.String("job", job.ID), slog.Any("error", err))
			return
		}
		q.lookAtChecks()
	})
}

func comparable(mode string, input []byte) bool {
	question, err := receipt.DecodeTensors(input[min(32, len(input)):])
	return err == nil && check.Comparable(mode, question)
}

// Replay has the answer of a job of an account's computed again by another provider, or by the relay, for nothing: once a job, and so many a day.
func (q *Queue) Replay(ctx context.Context, account, id string) (store.Check, error) {
	job, err := q.Store.Job(ctx, account, id)
	if err != nil {
		return store.Check{}, err
	}
	kept, err := q.Store.Receipt(ctx, id)
	if err != nil {
		return store.Check{}, err
	}
	if job.Mode != receipt.Strict {
		return store.Check{}, relay.Errorf(relay.CodeInvalid, "only runs in strict mode are replayed, and this one was in mode %s", job.Mode)
	}
	if _, err := q.Store.JobInput(ctx, id); err != nil {
		return store.Check{}, err
	}
	now := q.Now()
	key := hex.EncodeToString(check.Keyed(q.secret, "replays", account+" "+dayOf(now)))
	if _, err := q.Store.OpenReplay(ctx, store.Check{Job: id, Provider: kept.Provider}, key, q.Checks.Replays, now); err != nil {
		return store.Check{}, err
	}
	q.lookAtChecks()
	return q.Store.CheckOf(ctx, id)
}

// lookAtChecks has tendChecks look.
func (q *Queue) lookAtChecks() {
	select {
	case q.toLook <- struct{}{}:
	default: // it will
	}
}

// tendChecks goes on with what is looked at. Several relays may do so: each step is written once.
func (q *Queue) tendChecks() {
	for {
		select {
		case <-q.ctx.Done():
			return
		case <-q.toLook:
		}
		open, err := q.Store.OpenChecks(q.ctx, checksAtOnce)
		for _, c := range open {
			if err = q.tendCheck(q.ctx, c); err != nil && q.ctx.Err() == nil {
				q.Log.Error("looking at an answer", slog.String("job", c.Job), slog.Any("error", err))
			}
		}
		if len(open) == 0 && err != nil && q.ctx.Err() == nil {
			q.Log.Error("looking for answers to look at", slog.Any("error", err))
		}
	}
}

// answer is one of those that are compared.
type answer struct {
	job     string // "" for the relay's own
	by      string
	plan    receipt.Hash
	body    []byte // its tensors
	tensors []receipt.Tensor
}

// tendCheck does the next step of one.
func (q *Queue) tendCheck(ctx context.Context, c store.Check) error {
	end := func(state, checker, detail string) error {
		c.State, c.Checker, c.Detail = state, checker, detail
		_, err := q.endCheck(ctx, store.Finding{Check: c})
		return err
	}
	job, err := q.Store.Job(ctx, "", c.Job)
	if err != nil {
		return err
	}
	first, err := q.answerOf(ctx, c.Job)
	if relay.ErrorCode(err) == relay.CodeNotFound {
		return end(store.CheckFailed, "", "the answer was removed")
	}
	if err != nil {
		return err
	}
	other, wait, err := q.again(ctx, &c, job, &c.Other, "", first.by)
	switch {
	case err != nil && (relay.ErrorCode(err) == relay.CodeInvalid || relay.ErrorCode(err) == relay.CodeNotFound):
		return end(store.CheckFailed, "", err.Error())
	case err != nil || wait:
		return err
	case other == nil && q.Now().Sub(store.Time(c.Created)) > checkLife:
		return end(store.CheckFailed, "", "nobody else was there who may give the answer again")
	case other == nil:
		return nil // it is looked for
	}
	agree := func(a, b *answer) check.Verdict {
		if job.Mode == receipt.Strict && a.plan != b.plan {
			return check.Verdict{Detail: fmt.Sprintf("the plan is %x there and %x here", a.plan[:4], b.plan[:4])}
		}
		return check.Compare(job.Mode, a.tensors, b.tensors)
	}
	v := agree(first, other)
	if v.Agrees {
		return end(store.CheckAgrees, other.by, v.Detail)
	}
	var referee *answer
	if other.job == "" { // computed here: there is nothing to decide
		return q.false(ctx, c, job, first, other, v)
	}
	referee, wait, err = q.again(ctx, &c, job, &c.Referee, "/referee", first.by, other.by)
	switch {
	case err != nil && relay.ErrorCode(err) != relay.CodeInvalid && relay.ErrorCode(err) != relay.CodeNotFound:
		return err
	case wait:
		return nil
	case referee == nil:
		return end(store.CheckDisputed, other.by, v.Detail+"; nobody else is there to decide")
	case agree(first, referee).Agrees:
		return q.false(ctx, c, job, other, referee, v)
	case agree(other, referee).Agrees:
		return q.false(ctx, c, job, first, referee, v)
	}
	return end(store.CheckDisputed, other.by, v.Detail+"; a third answer is like neither")
}

// again is another answer to a job, by none of those: of a job that repeats it, which is made where there is none yet, or the relay's own. wait is
// for one that is under way; nil without it is for one that nobody can give now. at names the job.
func (q *Queue) again(ctx context.Context, c *store.Check, job store.Job, at *string, suffix string, those ...string) (a *answer, wait bool, err error) {
	key := "check/" + c.Job + suffix
	repeat, err := q.Store.JobOfKey(ctx, q.account, key)
	if relay.ErrorCode(err) == relay.CodeNotFound {
		err = nil
		repeat = store.Job{}
	}
	if err != nil {
		return nil, false, err
	}
	if repeat.ID == "" {
		byEngine := q.Checks.Engine != nil && job.Mode != receipt.Served
		wishes := elseThan(wishesOf(job), those...)
		q.mu.Lock()
		may := q.Checks.Daily > 0 && !q.closed && q.survey(wants(job), wishes).may > 0
		q.mu.Unlock()
		if byEngine && suffix != "" { // what it says is certain
			may = false
		}
		if !may && !byEngine {
			return nil, false, nil
		}
		input, err := q.Store.JobInput(ctx, c.Job)
		if err != nil {
			return nil, false, err
		}
		if may {
			if err := q.Store.KeepAccount(ctx, q.account, q.Now()); err != nil {
				return nil, false, err
			}
			repeat, _, err = q.Create(ctx, Request{Account: q.account, Manifest: manifest.CID(job.Manifest), Mode: job.Mode, Salt: [32]byte(check.Keyed(q.secret, "salt", key)), Tensors: input[32:],
				MaxPrice: -1, Routing: wishes, Time: checkTime, Key: key, check: true})
			switch relay.ErrorCode(err) {
			case "":
			case relay.CodeQuota, relay.CodeNoRoute, relay.CodeConflict: // the day's money is spent, or they have left: perhaps later
				may = false
			default:
				return nil, false, err
			}
		}
		if !may && byEngine {
			return q.own(ctx, job, input)
		}
		if !may {
			return nil, false, nil
		}
		*at = repeat.ID
		if err := q.Store.AskCheck(ctx, c.Job, c.Other, c.Referee); err != nil {
			return nil, false, err
		}
	}
	*at = repeat.ID
	switch relay.JobState(repeat.State) {
	case relay.JobSucceeded:
		a, err = q.answerOf(ctx, repeat.ID)
		return a, false, err
	case relay.JobFailed, relay.JobCanceled:
		return nil, false, relay.Errorf(relay.CodeInvalid, "who was to give the answer again failed: %s", repeat.Code)
	}
	return nil, true, nil
}

// own is the relay's answer.
func (q *Queue) own(ctx context.Context, job store.Job, input []byte) (*answer, bool, error) {
	question, err := receipt.DecodeTensors(input[32:])
	if err != nil {
		return nil, false, err
	}
	outputs, plan, err := q.Checks.Engine(ctx, manifest.CID(job.Manifest), receipt.Strict, question)
	if err != nil {
		if ctx.Err() != nil {
			return nil, false, err
		}
		return nil, false, relay.Errorf(relay.CodeInvalid, "the relay could not compute it: %w", err)
	}
	body, err := receipt.EncodeTensors(outputs)
	if err != nil {
		return nil, false, err
	}
	tensors, err := receipt.DecodeTensors(body)
	return &answer{by: q.account, plan: plan, body: body, tensors: tensors}, false, err
}

// answerOf is that of a job that has succeeded.
func (q *Queue) answerOf(ctx context.Context, job string) (*answer, error) {
	kept, err := q.Store.Receipt(ctx, job)
	if err != nil {
		return nil, err
	}
	var r receipt.Receipt
	if err := json.Unmarshal(kept.Document, &r); err != nil {
		return nil, relay.Errorf(relay.CodeInternal, "receipt of job %s: %w", job, err)
	}
	body, err := q.Store.JobOutput(ctx, job)
	if err != nil {
		return nil, err
	}
	tensors, err := receipt.DecodeTensors(body)
	return &answer{job, kept.Provider, r.Plan, body, tensors}, err
}

// false ends a check of which one answer was found to be false: what convinces others is kept with it, and in strict mode, where there is no
// tolerance that could be wrong, its provider is given nothing any more.
func (q *Queue) false(ctx context.Context, c store.Check, job store.Job, lie, truth *answer, v check.Verdict) error {
	c.State, c.Checker, c.Detail = store.CheckDiffers, truth.by, v.Detail
	if lie.job != c.Job {
		c.State = store.CheckAgrees
	}
	f := store.Finding{Check: c, Wrong: lie.job, By: lie.by, Ban: job.Mode == receipt.Strict}
	kept, err := q.Store.Receipt(ctx, lie.job)
	if err != nil {
		return err
	}
	e := receipt.Evidence{Plan: truth.plan, Output: truth.body, Program: fmt.Sprintf("check by %s: %s", truth.by, v.Detail)}
	if err := json.Unmarshal(kept.Document, &e.Receipt); err != nil {
		return relay.Errorf(relay.CodeInternal, "receipt of job %s: %w", lie.job, err)
	}
	input, err := q.Store.JobInput(ctx, lie.job)
	if err != nil {
		return err
	}
	e.Salt, e.Input = receipt.Hash(input[:32]), input[32:]
	if err := e.Sign(q.Key); err != nil {
		return err
	}
	if f.Evidence, err = json.Marshal(&e); err != nil {
		return err
	}
	ended, err := q.endCheck(ctx, f)
	if ended {
		q.Log.Warn("an answer was false", slog.String("job", lie.job), slog.String("provider", lie.by), slog.String("mode", job.Mode), slog.Bool("banned", f.Ban), slog.String("detail", v.Detail))
	}
	return err
}

// endCheck writes what was found, and acts on it.
func (q *Queue) endCheck(ctx context.Context, f store.Finding) (bool, error) {
	ended, err := q.Store.EndCheck(ctx, f, q.Now())
	if err != nil || !ended {
		return ended, err
	}
	if err := q.learnTrust(ctx); err != nil {
		return true, err
	}
	return true, q.learnBans(ctx)
}

// forNothing tells whether nothing is looked at here, nor may be asked to be.
func (c *Checks) forNothing() bool { return c.Share <= 0 && c.Replays <= 0 }

// tendTrust reads what other relays found, and goes on with what is open.
func (q *Queue) tendTrust(now time.Time, read *time.Time) error {
	if err := q.learnBans(q.ctx); err != nil {
		return err
	}
	if !q.Checks.forNothing() {
		q.lookAtChecks()
	}
	if now.Sub(*read).Abs() < trustEvery {
		return nil
	}
	*read = now
	return q.learnTrust(q.ctx)
}
