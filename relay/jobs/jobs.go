// Package jobs brings questions to providers and answers back, each counted once however often it is tried.
//
//	q, err := jobs.Start(ctx, jobs.Config{Store: s, Key: key, Allowed: allowed, Log: log})
//	job, err := q.Create(ctx, jobs.Request{Account: address, Manifest: cid, Mode: receipt.Strict, Tensors: body})
//	job, err = q.Wait(ctx, address, job.ID)
//
// What is true of a job is in package store, which is queue and ledger in one: nothing here counts that is not written there. In memory
// is only who is connected, and what it has under way; a relay that is killed loses its lease, and with it its attempts, which it or
// another relay then begins anew. Nobody else tries a job again: not providers, not handlers.
package jobs

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	mathrand "math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/jobs/wire"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/route"
	"github.com/dehug/dehug/relay/spec"
	"github.com/dehug/dehug/relay/store"
)

const (
	// usualLease is how long a relay that is killed keeps its attempts: a second attempt begins no sooner.
	usualLease = 5 * time.Second
	// tendEvery is how often the lease is renewed, three times in its life at least, and the table looked at for jobs that nobody has.
	tendEvery = time.Second
	// maxPending bounds the jobs that are remembered to wait; the others are found in the table when there is room.
	maxPending = 10_000
	// MaxTime is the longest that a job may take, but for those of Config.LongTime; UsualTime what it may when nobody says.
	MaxTime   = time.Hour
	UsualTime = 10 * time.Minute
	// dataLife is how long inputs and outputs are kept.
	dataLife = 24 * time.Hour
	// firstBackoff is how long a job waits after its first failure; each further one doubles it, up to lastBackoff.
	firstBackoff = 50 * time.Millisecond
	lastBackoff  = 5 * time.Second
	// failAgain is how soon is written again that an attempt failed, where the database could not.
	failAgain = 500 * time.Millisecond
)

// Config is what a Queue is made of. Store, Key and Log are needed.
type Config struct {
	Store *store.Store
	Key   *ethsig.Key // the relay's: countersigns receipts
	// Allowed tells whose providers are taken. Nil takes nobody's.
	Allowed func(manifest.Address) bool
	// Daily is how much the operator pays a day for each account, in the smallest unit of a dollar.
	Daily int64
	// Limits of that, each for all accounts that have something in common; 0 for none. DailyNetwork is for those that ask from one network,
	// DailyModel for a model's, DailyAll for all together: every job then waits for the one before to be counted.
	DailyNetwork, DailyModel, DailyAll int64
	// Author says who is paid for a run of a model beside its provider where the operator pays, and how much. May be nil.
	Author func(ctx context.Context, model manifest.CID) (payee string, fee int64, err error)
	// Sessions pay for what is asked with a voucher. Nil for a relay that takes none.
	Sessions Sessions
	// Blocks keep what jobs by specification are about: the documents, and the runs of evaluations. Nil keeps nothing.
	Blocks relay.Blocks
	// Made keeps what trainings make, for who pays. Nil for a relay that takes no trainings.
	Made Made
	// Checks are what answers are looked at by. The zero value looks at none.
	Checks Checks
	// Orders are those on chain that name this relay. Nil for a relay that takes none.
	Orders Orders
	// Ended is told of jobs that end here. May be nil.
	Ended func(store.Job)
	// LongTime is the longest that an evaluation, a validation or a training may take, where its specification says so; less than MaxTime is MaxTime.
	LongTime time.Duration
	Lease    time.Duration // the same for all relays of a database
	Log      *slog.Logger
	Now      func() time.Time // nil for the machine's clock: what is written down is told by it, what is waited for here is not
}

// Sessions knows what people locked on chain for this relay.
type Sessions interface {
	// Find finds a session that may pay for a run of a model that ends by a moment, and still be redeemed.
	Find(ctx context.Context, id string, model manifest.CID, by time.Time) (relay.Session, error)
	// Signed refuses a voucher that the session's key did not sign.
	Signed(relay.Session, relay.Voucher) error
}

// Queue is one relay's part of the jobs. It is safe for concurrent use.
type Queue struct {
	Config
	id   string // of this process
	ctx  context.Context
	stop context.CancelFunc
	work sync.WaitGroup
	once sync.Once // closing
	left error     // by it

	mu       sync.Mutex
	closed   bool
	peers    map[*peer]bool
	pending  map[model][]waiting
	known    map[string]bool // those in pending
	running  map[string]*attempt
	topics   map[string]*topic
	offering map[model][]*peer // lines of providers by what they offer
	memories map[memoryKey]*route.Memory
	rng      *mathrand.Rand
	scratch  []route.Candidate // of pick
	lines    []*peer           // the like
	streams  map[string]*stream
	// partBytes is how many bytes of parts there are in streams.
	partBytes int

	welcomed int // providers that signed in, ever

	beat   int64            // these two are tend's
	others map[string]heard // relays

	elsewhere map[string]map[model]Offered // what other relays' providers offer, by relay: as it was some seconds ago
	news      chan string                  // for other relays
	due       chan struct{}                // one of them has a job for which it has nobody

	secret  []byte // by which answers are chosen that are looked at
	account string // the relay's own, which has answers given again
	trust   map[string]trusted
	banned  map[string]bool // providers
	toLook  chan struct{}   // there may be something to do for checks
}

// heard is when another relay was heard of with its newest beat.
type heard struct {
	beat int64
	at   time.Time
}

// model is what a provider offers and a job wants.
type model struct {
	manifest manifest.CID
	mode     string
}

// wantsOf is what a provider has to offer for a job: one by specification is for any model.
func wantsOf(m manifest.CID, mode string) model {
	if spec.IsMode(mode) {
		m = ""
	}
	return model{m, mode}
}

// wants is what a provider has to offer for a job.
func wants(job store.Job) model { return wantsOf(manifest.CID(job.Manifest), job.Mode) }

// waiting is a job without a provider.
type waiting struct {
	job    store.Job
	wishes *route.Wishes
	most   int64  // that a provider may get
	last   string // provider that had it before, and is not the first choice

	found bool // in the table: another relay's people may wait for it
}

// attempt is a job that a provider of this relay has.
type attempt struct {
	job   store.Job
	most  int64
	fence int64
	peer  *peer

	pay     int64
	choice  string // why it is this provider
	spot    bool   // it was told that answers like this are looked at by chance
	started time.Time
	found   bool  // as of waiting
	order   Order // zero of other jobs
}

// Start begins to tend jobs. Close ends it.
func Start(ctx context.Context, c Config) (*Queue, error) {
	if c.Lease == 0 {
		c.Lease = usualLease
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	q := &Queue{Config: c, id: store.NewID(time.Now()), peers: map[*peer]bool{}, pending: map[model][]waiting{}, known: map[string]bool{},
		running: map[string]*attempt{}, topics: map[string]*topic{}, offering: map[model][]*peer{}, memories: map[memoryKey]*route.Memory{}, rng: mathrand.New(mathrand.NewPCG(mathrand.Uint64(), mathrand.Uint64())), streams: map[string]*stream{}, others: map[string]heard{},
		news: make(chan string, maxNews), due: make(chan struct{}, 1),
		secret: secretOf(c.Key), account: receipt.Address(c.Key.Address()).String(), trust: map[string]trusted{}, toLook: make(chan struct{}, 1)}
	if err := c.Store.RenewRelay(ctx, q.id, q.beat, ""); err != nil {
		return nil, err
	}
	if err := errors.Join(q.learnBans(ctx), q.learnTrust(ctx)); err != nil {
		return nil, err
	}
	q.ctx, q.stop = context.WithCancel(context.WithoutCancel(ctx))
	q.work.Go(q.tend)
	q.work.Go(q.listen)
	q.work.Go(q.report)
	q.work.Go(q.help)
	q.work.Go(q.tendChecks)
	return q, nil
}

// ErrDraining is what is said to who asks a relay that ends: nothing was begun.
var ErrDraining = relay.Errorf(relay.CodeUnavailable, "this relay ends, and takes no more jobs").WithHint("nothing was begun, and nothing paid: send it again in a moment")

// Draining tells whether the relay ends: what is under way is finished.
func (q *Queue) Draining() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.closed
}

// Close takes no new jobs for providers, lets those that run finish until ctx ends, and gives the lease back. What has not
// finished is begun anew by whoever is there.
func (q *Queue) Close(ctx context.Context) error {
	q.once.Do(func() { q.left = q.close(ctx) })
	return q.left
}

func (q *Queue) close(ctx context.Context) error {
	q.mu.Lock()
	q.closed = true
	for p := range q.peers {
		p.send(&wire.Message{Kind: wire.Drain})
	}
	q.mu.Unlock()
	for q.busy() > 0 && ctx.Err() == nil {
		time.Sleep(10 * time.Millisecond)
	}
	q.stop()
	q.mu.Lock()
	for p := range q.peers {
		p.cut("the relay ends")
	}
	q.mu.Unlock()
	q.work.Wait()
	return q.Store.DropRelay(context.WithoutCancel(ctx), q.id, q.beat)
}

func (q *Queue) busy() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.running)
}

// Request is what somebody asks.
type Request struct {
	Account  string // in the letter case of EIP-55
	Manifest manifest.CID
	Mode     string
	Salt     [32]byte      // zero for one of the relay's
	Tensors  []byte        // in canonical form
	MaxPrice int64         // what the provider may get at most; below zero for what providers ask now
	Routing  *route.Wishes // who may do it; nil for anybody. Checked
	Time     time.Duration
	Network  string         // that it is asked from; "" for one without limits
	Key      string         // of idempotency
	Webhook  string         // that is told of it; "" for none
	Events   []string       // of which it is told
	Voucher  *relay.Voucher // pays for it; nil for the free tier. It commits to the salt, which is then not the relay's
	// Attest has an evaluation attested on chain, of that version, once it succeeded.
	Attest *store.AttestedVersion
	// Payment pays for this alone, by one provider: it begins at once, or not at all. Account is the payer, and Key is not read.
	Payment *store.ExactPayment
	check   bool  // it repeats another one, and the operator pays
	Funds   int64 // of its payer's, all that such payments may be for which are not settled
}

const (
	// unitsOfRun is what a run of a model counts for in a session.
	unitsOfRun = 1
	// settleWithin is how long after a job's deadline it is to be settled on chain, if its session lasts as long.
	settleWithin = 24 * time.Hour
)

// Create keeps a job, and gives it to a provider at once if one is free. isNew is false where its key was used for the same
// request before.
func (q *Queue) Create(ctx context.Context, r Request) (job store.Job, isNew bool, err error) {
	job, _, isNew, err = q.create(ctx, store.NewID(q.Now()), r)
	return job, isNew, err
}

// Done is a job as it was when somebody stopped waiting for it, with what is at hand of what belongs to it.
type Done struct {
	store.Job
	Input  []byte // salt and tensors, as the store keeps them; nil where they are to be asked for there
	Output []byte // the like, of a job that succeeded
	Choice string // who does it, and why, as the store keeps it; "" where that is to be asked for
}

// Run creates a job and waits for its end, but no longer than that. What ends at this relay needs no look at the store.
func (q *Queue) Run(ctx context.Context, r Request, most time.Duration) (d Done, err error) {
	id := store.NewID(q.Now())
	w := q.Watch(id)
	defer w.Close()
	var isNew bool
	if d.Job, d.Input, isNew, err = q.create(ctx, id, r); !isNew {
		d.Input = nil // the first one had another salt
	}
	if err != nil || most <= 0 {
		if isNew {
			q.mu.Lock()
			if a := q.running[id]; a != nil {
				d.Choice = a.choice
			}
			q.mu.Unlock()
		}
		return d, err
	}
	ctx, stop := context.WithTimeout(ctx, most)
	defer stop()
	if !isNew {
		d.Job, err = q.Wait(ctx, r.Account, d.ID)
		return d, err
	}
	if ended := w.await(ctx, q.ctx); ended != nil {
		ended.Input = d.Input
		return *ended, nil
	}
	d.Job, err = q.Wait(ctx, r.Account, id)
	return d, err
}

// create is Create of a job with an id; input is what is kept of what was asked.
func (q *Queue) create(ctx context.Context, id string, r Request) (job store.Job, input []byte, isNew bool, err error) {
	if q.Draining() {
		return job, nil, false, ErrDraining
	}
	if len(r.Tensors) > wire.MaxBody {
		return job, nil, false, relay.Errorf(relay.CodeTooLarge, "the input has %d bytes, at most %d are taken", len(r.Tensors), wire.MaxBody)
	}
	if r.Routing.Empty() {
		r.Routing = nil
	}
	now := q.Now()
	asked := sha256.New()
	fmt.Fprintf(asked, "%s %s %d %x ", r.Manifest, r.Mode, r.MaxPrice, r.Salt)
	if r.Voucher != nil {
		fmt.Fprintf(asked, "%s %x ", r.Voucher.Session, r.Voucher.Transcript)
	}
	routing := r.Routing.Text()
	if routing != "" {
		fmt.Fprintf(asked, "%s ", routing)
	}
	if r.Webhook != "" {
		fmt.Fprintf(asked, "%q %q ", r.Webhook, r.Events)
	}
	if r.Attest != nil {
		fmt.Fprint(asked, "attested ")
	}
	asked.Write(r.Tensors)
	if salted := r.Salt != ([32]byte{}); !salted && r.Voucher != nil {
		return job, nil, false, relay.Errorf(relay.CodeInvalid, "a request with a voucher names its salt, for the voucher commits to it").WithHint("send 32 bytes of chance as salt")
	} else if !salted {
		rand.Read(r.Salt[:])
	}
	if r.Time <= 0 {
		r.Time = UsualTime
	}
	request := receipt.RequestHash(r.Salt, r.Tensors)
	wants := wantsOf(r.Manifest, r.Mode)
	if !spec.IsMode(r.Mode) {
		q.mu.Lock()
		wants = q.resolve(wants, r.Routing)
		q.mu.Unlock()
		r.Manifest = wants.manifest
	}
	n := store.NewJob{
		Job: store.Job{ID: id, Account: r.Account, Manifest: string(r.Manifest), Mode: r.Mode, Routing: routing, Request: request[:], Created: now.UnixMicro(),
			Deadline: now.Add(min(r.Time, q.longest(r.Mode))).UnixMicro(), Webhook: r.Webhook, WebhookEvents: strings.Join(r.Events, " ")},
		Attest: r.Attest,
		Input:  append(r.Salt[:], r.Tensors...),
		Funds:  q.funds(r.Account, now), Hold: r.MaxPrice, Key: r.Key, Asked: asked.Sum(nil), Relay: q.id,
	}
	if r.Voucher != nil {
		if r.Key != "" { // what was begun in time may be asked for when the session is over
			if job, known, err := q.Store.JobByKey(ctx, r.Account, r.Key, n.Asked); known || err != nil {
				return job, nil, false, err
			}
		}
		if err := q.charge(ctx, r, &n); err != nil {
			return job, nil, false, err
		}
	}
	if r.Payment != nil {
		n.Key, n.Payment = "", r.Payment
		n.Funds = store.Funds{Account: store.LedgerExact + r.Payment.Payer + "/" + r.Payment.Nonce, Limit: r.Funds}
		n.Hold, n.Compute = r.Payment.Value, r.Payment.Value-r.Payment.AuthorFee-r.Payment.RelayFee
		job, isNew, err = q.createPaid(ctx, wants, n)
		return job, n.Input, isNew, err
	}
	if r.check {
		n.Funds = q.checkFunds(now)
	} else if n.Promise == nil {
		if n.Grant, err = q.grant(ctx, r, now); err != nil {
			return job, nil, false, err
		}
	}
	q.mu.Lock()
	if n.Promise != nil {
		err = q.within(wants, r.Routing, r.MaxPrice, &n)
	} else if n.Hold < 0 {
		n.Hold, err = q.price(wants, r.Routing)
	}
	if err == nil && !r.Routing.Empty() {
		_, err = q.price(wants, r.Routing)
	}
	if err != nil {
		q.mu.Unlock()
		return job, nil, false, err
	}
	if n.Promise == nil {
		n.Compute = n.Hold
		n.Hold += n.Grant.AuthorFee
	}
	p, pay, choice := q.pick(wants, r.Routing, n.Compute, "")
	q.mu.Unlock()
	if p != nil {
		n.Provider, n.Pay, n.Choice = p.name, pay, choiceText(choice)
	}
	if p != nil {
		job, isNew, err = q.createBegun(ctx, p, n)
	} else if job, isNew, err = q.Store.CreateJob(ctx, n); isNew {
		q.enqueue(waiting{job: job, wishes: r.Routing, most: n.Compute})
	}
	return job, n.Input, isNew, err
}

// createBegun keeps a job of which a provider's place was taken, and gives it to that: where the store can say when, while it is flushed to the disk. If it
// does not get there, the attempt's result is one of no job, which the store refuses. Whoever asked is told of neither before both are there.
func (q *Queue) createBegun(ctx context.Context, p *peer, n store.NewJob) (job store.Job, isNew bool, err error) {
	a := &attempt{job: n.Job, most: n.Compute, fence: 1, peer: p, choice: n.Choice, pay: n.Pay}
	a.spot = q.spotChecked(a, n.Input[32:])
	given := false
	if !spec.IsMode(n.Mode) { // of those the document is read again, and what is not flushed yet cannot be
		n.Ahead = func(job store.Job) {
			a.job = job
			given = q.give(a, n.Input)
		}
	}
	job, isNew, err = q.Store.CreateJob(ctx, n)
	switch {
	case given:
	case isNew:
		a.job = job
		q.begin(a, n.Input)
	default:
		q.free(p, "")
	}
	return job, isNew, err
}

// createPaid keeps a job that is paid for by itself, and gives it to the provider that was quoted.
func (q *Queue) createPaid(ctx context.Context, wants model, n store.NewJob) (job store.Job, isNew bool, err error) {
	q.mu.Lock()
	p := q.take(wants, n.Payment.Provider, n.Compute)
	q.mu.Unlock()
	if p == nil {
		if job, known, err := q.Store.PaidBefore(ctx, n.Payment); known || err != nil {
			return job, false, err
		}
		return job, false, relay.Errorf(relay.CodeUnavailable, "the provider that was quoted takes no job now").WithHint("nothing was paid: send it again in a moment, or ask for another quote")
	}
	n.Provider, n.Pay, n.Choice = n.Payment.Provider, n.Compute, choiceText(route.Choice{Provider: p.name, Why: route.Quoted, Considered: 1})
	return q.createBegun(ctx, p, n)
}

// funds are what pays for an account's jobs: a grant of the operator's, anew each day (UTC).
func (q *Queue) funds(account string, now time.Time) store.Funds {
	return store.Funds{Account: store.LedgerFree + account + "/" + dayOf(now), Limit: q.Daily}
}

// longest is how long a job of a mode may take.
func (q *Queue) longest(mode string) time.Duration {
	if spec.IsLong(mode) {
		return max(q.LongTime, MaxTime)
	}
	return MaxTime
}

func dayOf(now time.Time) string { return now.UTC().Format(time.DateOnly) }

// grant is what the operator pays for a job beside its provider, and what limits that.
func (q *Queue) grant(ctx context.Context, r Request, now time.Time) (g store.Grant, err error) {
	if q.grantsAuthors() {
		if g.Payee, g.AuthorFee, err = q.Author(ctx, r.Manifest); err != nil {
			return g, err
		}
	}
	g.Day, g.Counts = dayOf(now), q.counts(r.Network, r.Manifest, now)
	return g, nil
}

// charge has a session pay for a job.
func (q *Queue) charge(ctx context.Context, r Request, n *store.NewJob) error {
	if q.Sessions == nil {
		return relay.Errorf(relay.CodeSessionForeign, "this relay takes no sessions").WithHint("ask without a voucher, or another relay")
	}
	session, err := q.Sessions.Find(ctx, r.Voucher.Session, r.Manifest, store.Time(n.Deadline))
	if err == nil && session.Payer != r.Account {
		err = relay.Errorf(relay.CodeNotFound, "there is no such session of yours")
	}
	if err == nil {
		err = q.Sessions.Signed(session, *r.Voucher)
	}
	if err != nil {
		return err
	}
	price := session.Price
	n.Promise = &store.Promise{Voucher: *r.Voucher, Session: session, Now: unitsOfRun}
	n.Funds = store.Funds{Account: store.LedgerSession + session.ID, Limit: price.Sum() * session.Units}
	n.Hold, n.Compute = price.Sum()*unitsOfRun, price.Compute*unitsOfRun
	n.Session, n.SettleBy = session.ID, min(n.Deadline+settleWithin.Microseconds(), session.Ends.UnixMicro())
	return nil
}

func (q *Queue) grantsAuthors() bool { return q.Author != nil && q.Daily > 0 }

// AuthorFee is what the operator pays a model's author for a run of it.
func (q *Queue) AuthorFee(ctx context.Context, model string) (fee int64, err error) {
	if q.grantsAuthors() {
		_, fee, err = q.Author(ctx, manifest.CID(model))
	}
	return fee, err
}

// counts are what limits a grant beside the account's own limit: of a network, and of a model, where they are named.
func (q *Queue) counts(network string, model manifest.CID, now time.Time) (list []store.GrantCount) {
	for _, c := range []struct {
		of, kind, which string
		limit           int64
	}{{"your network", "network", network, q.DailyNetwork}, {"this model", "model", string(model), q.DailyModel}, {"everybody", "all", "everybody", q.DailyAll}} {
		if c.limit > 0 && c.which != "" {
			list = append(list, store.GrantCount{What: c.kind + "/" + c.which + "/" + dayOf(now), Of: c.of, Limit: c.limit})
		}
	}
	return list
}

// FreeLeft is how much of what the operator pays for an account on the day of now was used, and how much is left for one that asks from a
// network, for a model or, for "", any: less than the account's own where that of the network, the model or everybody is used up.
func (q *Queue) FreeLeft(ctx context.Context, account, network string, model manifest.CID, now time.Time) (used, left int64, err error) {
	f := q.funds(account, now)
	if used, err = q.Store.Spent(ctx, f.Account); err != nil {
		return 0, 0, err
	}
	left = f.Limit - used
	for _, c := range q.counts(network, model, now) {
		granted, err := q.Store.Granted(ctx, c.What)
		if err != nil {
			return 0, 0, err
		}
		left = min(left, c.Limit-granted)
	}
	return used, max(0, left), nil
}

// begin gives a job to a provider that was picked for it.
func (q *Queue) begin(a *attempt, input []byte) {
	if !q.give(a, input) {
		q.fail(a, relay.JobProviderLost, "its line was cut")
	}
}

// give is begin, unless the provider is gone. It does not wait.
func (q *Queue) give(a *attempt, input []byte) bool {
	a.started = q.Now()
	q.mu.Lock()
	gone := a.peer.gone
	if !gone {
		q.running[a.job.ID] = a
		a.peer.running[a.job.ID] = a.fence
	}
	q.mu.Unlock()
	if gone {
		return false
	}
	var payer receipt.Address
	if address, err := manifest.ParseAddress(a.job.Account); err == nil {
		payer = receipt.Address(address)
	}
	q.tell(a.job.ID, nil) // before it can say something
	task := &wire.Task{
		Manifest: manifest.CID(a.job.Manifest), Mode: a.job.Mode, Salt: receipt.Hash(input[:32]), Request: receipt.Hash(a.job.Request), Payer: payer, Units: unitsOfRun, Pay: a.pay,
		Session: sessionOf(a.job), SettleBy: settleBy(a.job), SpotChecked: a.spot, Millis: store.Time(a.job.Deadline).Sub(q.Now()).Milliseconds()}
	if a.job.OrderID != "" {
		task.Order, task.Units = a.order.Terms, a.order.Units
		_ = task.Session.UnmarshalText([]byte(a.job.OrderID)) // it is an id of ours
	}
	a.peer.send(&wire.Message{Kind: wire.Job, ID: a.job.ID, Fence: a.fence, Body: input[32:], Task: task})
	return true
}

// sessionOf is what a receipt says of who pays.
func sessionOf(job store.Job) (id receipt.Hash) {
	_ = id.UnmarshalText([]byte(job.Session)) // zero for the free tier
	return id
}

// settleBy is what a receipt says of when.
func settleBy(job store.Job) int64 { return job.SettleBy / 1e6 }

// enqueue remembers that a job waits, and looks for a provider.
func (q *Queue) enqueue(w waiting) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.add(w)
	q.match()
	if q.known[w.job.ID] && q.offeredElsewhere(wants(w.job)) {
		q.inform(newsDue)
	}
}

func (q *Queue) add(w waiting) {
	if q.known[w.job.ID] || q.running[w.job.ID] != nil || len(q.known) >= maxPending {
		return
	}
	q.known[w.job.ID] = true
	key := wantedBy(w.job)
	q.pending[key] = append(q.pending[key], w)
}

// match gives jobs that wait to providers that are free, the longest waiting first. q.mu is held.
func (q *Queue) match() {
	if q.closed {
		return
	}
	for key, list := range q.pending {
		left, misses := list[:0], 0
		for i, w := range list {
			p, pay, choice := q.forWaiting(key, w)
			if p == nil {
				left = append(left, w)
				if misses++; misses >= 64 && w.wishes == nil || misses >= 512 { // nobody is free, as it seems
					rest := slices.Clone(list[i+1:])
					if w.wishes != nil { // others may be easier to please: they are looked at first the next time
						left = append(rest, left...)
					} else {
						left = append(left, rest...)
					}
					break
				}
				continue
			}
			delete(q.known, w.job.ID)
			q.work.Go(func() { q.start(w, p, pay, choice) })
		}
		if len(left) < len(list) {
			clear(list[len(left):])
		}
		if q.pending[key] = left; len(left) == 0 {
			delete(q.pending, key)
		}
	}
}

// start begins an attempt at a job that waited.
func (q *Queue) start(w waiting, p *peer, pay int64, choice string) {
	ctx := context.WithoutCancel(q.ctx)
	input, err := q.Store.JobInput(ctx, w.job.ID)
	var order Order
	if err == nil && w.job.OrderID != "" {
		order, err = q.order(ctx, w.job.OrderID)
	}
	if err == nil {
		var fence int64
		if fence, err = q.Store.StartAttempt(ctx, w.job.ID, q.id, p.name, pay, choice, q.Now()); err == nil {
			a := &attempt{job: w.job, most: w.most, fence: fence, peer: p, pay: pay, choice: choice, found: w.found, order: order}
			a.spot = q.spotChecked(a, input[32:])
			q.begin(a, input)
			return
		}
	}
	q.free(p, "")
	if relay.ErrorCode(err) != relay.CodeNotFound { // the table still has it: it is found there
		q.Log.Error("a job was not begun", slog.String("job", w.job.ID), slog.Any("error", err))
	}
}

// free gives a provider's place back: of the job that it had, or, for "", of one that it was picked for and did not get.
func (q *Queue) free(p *peer, job string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if job != "" {
		if _, had := p.running[job]; !had {
			return
		}
		delete(p.running, job)
	}
	p.busy--
	q.match()
}

// wishesOf reads what is kept of who may do a job. What cannot be read was written by another version: then nobody may whom it might exclude.
func wishesOf(job store.Job) *route.Wishes {
	w, err := route.Parse([]byte(job.Routing))
	if err != nil {
		return &route.Wishes{Only: []string{""}}
	}
	return w
}

// end forgets an attempt that is over, and returns it if this relay had it.
func (q *Queue) end(id string, fence int64) *attempt {
	q.mu.Lock()
	a := q.running[id]
	if a == nil || a.fence != fence {
		q.mu.Unlock()
		return nil
	}
	delete(q.running, id)
	q.mu.Unlock()
	return a
}

// fail ends an attempt badly, and has the job tried again if its code says so.
func (q *Queue) fail(a *attempt, code relay.JobCode, detail string) {
	now := q.Now()
	wait := min(firstBackoff<<min(a.fence-1, 16), lastBackoff)
	job, err := q.Store.FailAttempt(context.WithoutCancel(q.ctx), a.job.ID, a.fence, code, detail, now, now.Add(wait))
	q.end(a.job.ID, a.fence)
	q.free(a.peer, a.job.ID)
	q.tell(a.job.ID, nil)
	switch {
	case relay.ErrorCode(err) == relay.CodeConflict: // it ended in another way
	case err != nil: // nobody else will write it, so long as this relay is there
		q.Log.Error("a failed attempt was not written", slog.String("job", a.job.ID), slog.Any("error", err))
		if q.ctx.Err() == nil {
			time.AfterFunc(failAgain, func() { q.fail(a, code, detail) })
		}
	case relay.JobState(job.State) == relay.JobStarting:
		q.Log.Warn("a job is tried again", slog.String("job", job.ID), slog.Int64("attempt", a.fence), slog.String("code", string(code)), slog.String("detail", detail))
		time.AfterFunc(wait, func() {
			q.enqueue(waiting{job: job, wishes: wishesOf(job), most: a.most, last: a.peer.name, found: a.found})
		})
	default:
		q.ended(job, nil, a.choice)
		q.informOf(a.found, job.ID)
		q.Log.Warn("a job failed", slog.String("job", job.ID), slog.Int64("attempts", a.fence), slog.String("code", string(code)), slog.String("detail", detail))
	}
}

// Cancel ends a job of an account's. One that has ended stays as it is.
func (q *Queue) Cancel(ctx context.Context, account, id string) (store.Job, error) {
	now := q.Now()
	job, err := q.Store.CancelJob(ctx, account, id, now)
	if err == nil {
		if job.Ended == now.UnixMicro() { // else it had ended before
			q.ended(job, nil, "")
			q.informOf(true, id) // whoever has it may stop
		}
		q.over(id)
	}
	return job, err
}

// ended tells who waits for a job, and who counts. choice is why its provider had it, where that is at hand.
func (q *Queue) ended(job store.Job, output []byte, choice string) {
	if job.Account == q.account {
		q.lookAtChecks()
	}
	q.mu.Lock()
	if t := q.topics[job.ID]; t != nil {
		t.done = &Done{Job: job, Output: output, Choice: choice}
		t.states++
		q.wake(job.ID)
	}
	q.mu.Unlock()
	if q.Ended != nil {
		q.Ended(job)
	}
}

// Stats are what a queue has in memory.
type Stats struct {
	Providers, Lines   int // accounts, and connections of theirs
	Capacity, Busy     int // places
	Pending, Running   int // jobs
	Streams, PartBytes int
}

// Stats counts.
func (q *Queue) Stats() Stats {
	q.mu.Lock()
	defer q.mu.Unlock()
	s := Stats{Lines: len(q.peers), Pending: len(q.known), Running: len(q.running), Streams: len(q.streams), PartBytes: q.partBytes}
	accounts := map[receipt.Address]bool{}
	for p := range q.peers {
		accounts[p.address] = true
		s.Capacity += p.capacity
		s.Busy += p.busy
	}
	s.Providers = len(accounts)
	return s
}

// over tells everybody here that a job ended from outside.
func (q *Queue) over(id string) {
	q.mu.Lock()
	if a := q.running[id]; a != nil {
		delete(q.running, id)
		a.peer.send(&wire.Message{Kind: wire.Cancel, ID: id, Fence: a.fence}) // its place is free once it says that it stopped
	}
	if t := q.topics[id]; t != nil {
		t.outside = true
	}
	q.mu.Unlock()
	q.tell(id, nil)
}

// tend renews the lease and finds jobs that nobody has: those of relays that ended, and those that were too many to remember.
func (q *Queue) tend() {
	tick := time.NewTicker(min(tendEvery, q.Lease/3))
	defer tick.Stop()
	var forgot, trusted time.Time
	for {
		if err := q.look(&forgot, &trusted); err != nil && q.ctx.Err() == nil {
			q.Log.Error("tending jobs", slog.Any("error", err))
		}
		select {
		case <-q.ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (q *Queue) look(forgot, trusted *time.Time) error {
	q.beat++
	if err := q.Store.RenewRelay(q.ctx, q.id, q.beat, q.told()); err != nil {
		return err
	}
	if err := q.dropDead(); err != nil {
		return err
	}
	now := q.Now()
	_, late, err := q.Store.SweepJobs(q.ctx, now)
	for _, job := range late {
		q.ended(job, nil, "")
		q.over(job.ID)
	}
	if err != nil {
		return err
	}
	if err := q.find(); err != nil {
		return err
	}
	if err := q.tendTrust(now, trusted); err != nil {
		return err
	}
	q.mu.Lock()
	q.forgetStreams(now.Add(-partsLife))
	q.mu.Unlock()
	if now.Sub(*forgot) > time.Hour {
		*forgot = now
		return q.Store.ForgetJobData(q.ctx, now.Add(-dataLife))
	}
	return nil
}

// find finds jobs in the table that wait.
func (q *Queue) find() error {
	due, err := q.Store.DueJobs(q.ctx, q.Now(), lastBackoff, 1000)
	if err != nil {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, d := range due {
		q.add(waiting{job: d.Job, wishes: wishesOf(d.Job), most: d.Compute, found: true})
	}
	q.match()
	return nil
}

// dropDead reads what other relays offer, and gives up those that have had no other beat for as long as a lease, by the time that went by here.
func (q *Queue) dropDead() error {
	now := time.Now()
	relays, err := q.Store.Relays(q.ctx)
	if err != nil {
		return err
	}
	q.learn(relays)
	for id := range q.others {
		if _, there := relays[id]; !there {
			delete(q.others, id)
		}
	}
	for id, r := range relays {
		beat := r.Beat
		switch last, known := q.others[id]; {
		case id == q.id:
		case !known || last.beat != beat:
			q.others[id] = heard{beat, now}
		case now.Sub(last.at) >= q.Lease:
			if err := q.Store.DropRelay(q.ctx, id, beat); err != nil {
				return err
			}
		}
	}
	return nil
}

// Address is the relay's own.
func (q *Queue) Address() receipt.Address { return receipt.Address(q.Key.Address()) }

// topic is what those are told who watch a job.
type topic struct {
	changed  chan struct{} // closed when something did
	states   int           // how often that was the job's state
	progress *wire.Message
	done     *Done // nil before it ended, and when it did elsewhere
	outside  bool  // it ended, and not by an attempt of this relay
	watchers int
}

// Watch is somebody's view of a job that goes on.
type Watch struct {
	q      *Queue
	id     string
	stream *stream // nil before its first part
}

// Watch begins to watch. Close it.
func (q *Queue) Watch(id string) *Watch {
	q.mu.Lock()
	defer q.mu.Unlock()
	t := q.topics[id]
	if t == nil {
		t = &topic{changed: make(chan struct{})}
		q.topics[id] = t
	}
	t.watchers++
	return &Watch{q: q, id: id}
}

// Close ends it.
func (w *Watch) Close() {
	w.q.mu.Lock()
	defer w.q.mu.Unlock()
	if t := w.q.topics[w.id]; t != nil {
		if t.watchers--; t.watchers == 0 {
			delete(w.q.topics, w.id)
		}
	}
}

// Changed is closed when there is something new since it was asked for. What other relays do is not seen: look at the
// store now and then.
func (w *Watch) Changed() <-chan struct{} {
	w.q.mu.Lock()
	defer w.q.mu.Unlock()
	return w.q.topics[w.id].changed
}

// States counts how often the job's state changed here, as far as is known: while it is the same, the store need not be asked.
func (w *Watch) States() int {
	w.q.mu.Lock()
	defer w.q.mu.Unlock()
	return w.q.topics[w.id].states
}

// await waits until the job ends here. Nil is for one that may have ended elsewhere, or for a ctx that has.
func (w *Watch) await(ctx, also context.Context) *Done {
	look := time.NewTimer(lookEvery)
	defer look.Stop()
	for {
		w.q.mu.Lock()
		t := w.q.topics[w.id]
		done, outside, changed := t.done, t.outside, t.changed
		w.q.mu.Unlock()
		if done != nil {
			return &Done{Job: done.Job, Output: done.Output, Choice: done.Choice}
		}
		if outside {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-also.Done():
			return nil
		case <-look.C:
			return nil
		case <-changed:
		}
	}
}

// Progress is how far which attempt is, as it said last; zeros when it has not.
func (w *Watch) Progress() (fence int64, done, of int) {
	w.q.mu.Lock()
	defer w.q.mu.Unlock()
	if p := w.q.topics[w.id].progress; p != nil {
		return p.Fence, p.Done, p.Of
	}
	return 0, 0, 0
}

// tell tells watchers that a job changed, or how far it is.
func (q *Queue) tell(id string, progress *wire.Message) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if t := q.topics[id]; t != nil {
		if progress != nil {
			t.progress = progress
		} else {
			t.states++
		}
		q.wake(id)
	}
}

// wake has watchers look. q.mu is held.
func (q *Queue) wake(id string) {
	if t := q.topics[id]; t != nil {
		close(t.changed)
		t.changed = make(chan struct{})
	}
}

// lookEvery is how soon is seen what another relay did.
const lookEvery = 500 * time.Millisecond

// Wait waits until a job of an account's has ended, or ctx has; then it returns how far it is.
func (q *Queue) Wait(ctx context.Context, account, id string) (store.Job, error) {
	w := q.Watch(id)
	defer w.Close()
	for {
		changed := w.Changed()
		job, err := q.Store.Job(context.WithoutCancel(ctx), account, id)
		if err != nil || relay.JobState(job.State).Ended() {
			return job, err
		}
		select {
		case <-ctx.Done():
			return job, nil
		case <-q.ctx.Done():
			return job, nil
		case <-changed:
		case <-time.After(lookEvery):
		}
	}
}

// Ending ends when Done is closed.
func (q *Queue) Ending() context.Context { return q.ctx }

// Done is closed when the queue ends, and nothing can be waited for any more.
func (q *Queue) Done() <-chan struct{} { return q.ctx.Done() }

func nonce() string {
	var b [16]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}
