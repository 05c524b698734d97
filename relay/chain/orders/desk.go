package orders

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"math/big"
	"slices"
	"strconv"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/chain/send"
	"github.com/dehug/dehug/relay/jobs"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/spec"
	"github.com/dehug/dehug/relay/store"
)

const (
	// fetchTime is how long a specification may take to come.
	fetchTime = 20 * time.Second
	// firstAgain is how soon is looked again for a specification that was not there; it doubles up to lastAgain.
	firstAgain = time.Second
	lastAgain  = time.Minute
	// atOnce is how many orders of a kind are looked after in a round.
	atOnce = 50
)

// Why an order waits, or is not run here.
const (
	CodePending      = "pending"       // it is worth more than is begun before the chain can no longer undo it
	CodeSpecMissing  = "spec_missing"  // nobody has its specification
	CodeSpecInvalid  = "spec_invalid"  // what has that digest is no specification
	CodeOtherVersion = "other_version" // the specification is for another model than the order's version
	CodeTooLate      = "too_late"      // the time to accept it, or to do it, is over
	CodeForeign      = "foreign"       // it is paid in a token, or with amounts, that this relay does not count
	CodeDenied       = "denied"        // the operator does not serve the model, or the payer
	CodeBusy         = "busy"          // the payer has too many jobs under way
)

// DeskConfig is what a Desk is made of.
type DeskConfig struct {
	Book    *Book
	Store   *store.Store
	Relay   common.Address // that orders name
	Sender  *send.Sender   // settles orders whose time is over, and pays for gas; nil for nobody
	Blocks  relay.Blocks   // specifications and results are kept here
	Sources relay.Source   // asked for specifications that are not; may be nil
	// Safe tells whether the chain can no longer undo a block; SafeAbove is what an order may be worth to be begun before that.
	Safe      func(ctx context.Context, block uint64) (bool, error)
	SafeAbove int64
	Denied    func(payer string, model manifest.CID) bool // a model, or a data set; may be nil
	Attests   bool                                        // evaluations are attested on chain, of the versions that orders name
	Log       *slog.Logger
	Now       func() time.Time // nil for the machine's clock
}

// Queue makes jobs of orders.
type Queue interface {
	CreateOrdered(ctx context.Context, o jobs.Ordered) (store.Job, error)
	EndOrdered(ctx context.Context, id string, state relay.JobState, code relay.JobCode, detail string) error
}

// Desk looks after a relay's orders. It is a jobs.Orders.
type Desk struct {
	DeskConfig
	once *once
}

// NewDesk makes one.
func NewDesk(c DeskConfig) *Desk {
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Desk{c, newOnce(c.Book.client, c.Log)}
}

// Run looks after orders until ctx ends, that often.
func (d *Desk) Run(ctx context.Context, q Queue, every time.Duration) {
	for ctx.Err() == nil {
		if err := d.Round(ctx, q); err != nil && ctx.Err() == nil {
			d.Log.ErrorContext(ctx, "orders", slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
		case <-time.After(every):
		}
	}
}

// Round does once what Run does again and again: it ends jobs of orders that are no longer on the chain, begins those of new ones, enters what
// ended, and settles what is over.
func (d *Desk) Round(ctx context.Context, q Queue) error {
	var errs []error
	for _, do := range []func(context.Context, Queue) error{d.undone, d.begin, d.ended, d.settle} {
		if err := do(ctx, q); err != nil && relay.ErrorCode(err) != relay.CodeConflict { // another relay was first
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// undone ends jobs of orders that the chain took back.
func (d *Desk) undone(ctx context.Context, q Queue) error {
	rows, err := d.Store.OrdersUndone(ctx, atOnce)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.Job != "" {
			if err := q.EndOrdered(ctx, r.Job, relay.JobCanceled, relay.JobOrderUndone, "the chain went back over the order"); err != nil {
				return err
			}
		}
		d.Log.WarnContext(ctx, "the chain went back over an order", slog.String("order", r.ID))
		if err := d.Store.UndoOrder(ctx, r.ID, r.State, d.Now()); err != nil {
			return err
		}
	}
	return nil
}

func (d *Desk) begin(ctx context.Context, q Queue) error {
	ids, err := d.Store.OrdersToBegin(ctx, d.Relay.Hex(), d.Now(), atOnce)
	if err != nil {
		return err
	}
	var errs []error
	for _, id := range ids {
		if err := d.one(ctx, q, id); err != nil && relay.ErrorCode(err) != relay.CodeConflict {
			errs = append(errs, fmt.Errorf("order %s: %w", id, err))
		}
	}
	return errors.Join(errs...)
}

// one begins an order, or says why it waits or is not run here.
func (d *Desk) one(ctx context.Context, q Queue, id string) error {
	o, err := d.Store.OrderNow(ctx, id)
	if relay.ErrorCode(err) == relay.CodeNotFound { // the chain just went back, or its plan's model is not there
		return nil
	}
	if err != nil {
		return err
	}
	say := func(state, code string, again time.Duration, format string, args ...any) error {
		r := store.OrderRun{ID: id, State: state, Code: code, Detail: relay.Shorten(fmt.Sprintf(format, args...), 500), Tries: o.Tries + 1}
		if state == store.OrderWaiting {
			r.Again = d.Now().Add(again).UnixMicro()
		}
		if o.RunState != state || o.RunCode != code {
			d.Log.InfoContext(ctx, "an order is not begun", slog.String("order", id), slog.String("state", state), slog.String("code", code), slog.String("detail", r.Detail))
		}
		return d.Store.SetOrder(ctx, r, d.Now())
	}
	c := o.ChainOrder
	price, err := store.OrderPrice(o)
	if err != nil || o.Token != d.Book.Dollar().Hex() {
		return say(store.OrderRefused, CodeForeign, 0, "it is paid in a token, or with amounts, that this relay does not count")
	}
	now, err := d.chainNow(ctx)
	if err != nil {
		return err
	}
	left := time.Unix(c.DeliverBy, 0).Sub(now) - margin
	if o.State == "open" && !now.Before(time.Unix(c.AcceptBy, 0)) || left <= 0 {
		return say(store.OrderRefused, CodeTooLate, 0, "the time to accept it, or to do it, is over")
	}
	model := manifest.CID(o.Manifest)
	if d.Denied != nil && d.Denied(c.Payer, model) {
		return say(store.OrderRefused, CodeDenied, 0, "this relay does not serve it")
	}
	if price.Sum() > d.SafeAbove/max(c.Units, 1) {
		safe, err := d.Safe(ctx, uint64(c.Block))
		if err != nil {
			return err
		}
		if !safe {
			return say(store.OrderWaiting, CodePending, 0, "it was opened in block %d, which the chain may still undo", c.Block)
		}
	}
	digest := manifest.Digest(common.HexToHash(c.Job))
	doc, err := d.fetch(ctx, digest.RawCID())
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		again := min(firstAgain<<min(o.Tries, 10), lastAgain)
		return say(store.OrderWaiting, CodeSpecMissing, again, "nobody has its specification, %s: put it where this relay or its sources have it", digest.RawCID())
	}
	job, err := spec.Parse(doc)
	if err != nil {
		return say(store.OrderRefused, CodeSpecInvalid, 0, "%s", err)
	}
	if job.Model != model {
		return say(store.OrderRefused, CodeOtherVersion, 0, "the specification is for model %s, and the order's version is %s", job.Model, model)
	}
	if !job.MayPublish(c.Payer) {
		return say(store.OrderRefused, CodeSpecInvalid, 0, "the payer is not among the authors of what the training makes, and could not publish it")
	}
	if d.Denied != nil && slices.ContainsFunc(job.Datasets(), func(cid manifest.CID) bool { return d.Denied(c.Payer, cid) }) {
		return say(store.OrderRefused, CodeDenied, 0, "this relay does not serve the data set")
	}
	question, err := receipt.EncodeTensors(spec.Question(doc))
	if err != nil {
		return err
	}
	ordered := jobs.Ordered{Order: receipt.Hash(common.HexToHash(id)), Payer: c.Payer, Provider: c.Provider, Manifest: model, Tensors: question, Pay: price.Compute * c.Units, Deadline: d.Now().Add(left)}
	if job.Evaluation != nil && d.Attests {
		of, err := d.Store.VersionOf(ctx, model) // for the task that it is listed under
		if err != nil && relay.ErrorCode(err) != relay.CodeNotFound {
			return err
		}
		ordered.Attest = &store.AttestedVersion{ID: c.Version, Task: of.Task}
	}
	made, err := q.CreateOrdered(ctx, ordered)
	if relay.ErrorCode(err) == relay.CodeQuota {
		return say(store.OrderWaiting, CodeBusy, lastAgain, "%s", err)
	}
	if relay.ErrorCode(err) == relay.CodeNotFound { // the chain just went back
		return nil
	}
	if err != nil {
		return err
	}
	d.Log.InfoContext(ctx, "an order has a job", slog.String("order", id), slog.String("job", made.ID))
	return nil
}

// chainNow is the time of the newest block that was read, or ours where that is later and the chain is not one whose clock is moved.
func (d *Desk) chainNow(ctx context.Context) (time.Time, error) {
	now := d.Now()
	newest, ok, err := d.Store.ChainBlockBelow(ctx, math.MaxInt64)
	if at := time.Unix(newest.At, 0); ok && at.After(now) {
		now = at
	}
	return now, err
}

// fetch finds a block here or elsewhere, and keeps it.
func (d *Desk) fetch(ctx context.Context, cid manifest.CID) ([]byte, error) {
	data, err := d.Blocks.Get(ctx, cid)
	if err == nil || d.Sources == nil {
		return data, err
	}
	within, stop := context.WithTimeout(ctx, fetchTime)
	defer stop()
	if data, err = d.Sources.Get(within, cid); err != nil {
		return nil, err
	}
	if len(data) > spec.MaxDocument {
		return data, nil // it will be refused: it need not be kept
	}
	return data, d.Blocks.Put(ctx, manifest.Block{CID: cid, Data: data})
}

// ended enters orders into the ledger that ended for good, and ends their jobs if these go on.
func (d *Desk) ended(ctx context.Context, q Queue) error {
	rows, err := d.Store.OrdersEnded(ctx, atOnce)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.Job != "" {
			if err := q.EndOrdered(ctx, r.Job, relay.JobCanceled, relay.JobOrderEnded, "the order ended on chain"); err != nil {
				return err
			}
		}
		safe, err := d.Safe(ctx, uint64(r.Block))
		if err != nil {
			return err
		}
		if !safe {
			continue
		}
		o, err := d.Store.OrderNow(ctx, r.ID)
		if err != nil {
			return err
		}
		if err := d.Store.CloseOrder(ctx, o, d.Now()); err != nil {
			return err
		}
		d.Log.InfoContext(ctx, "an order is closed", slog.String("order", r.ID), slog.String("outcome", o.State), slog.Int64("units", o.Done))
	}
	return nil
}

// settle ends orders on chain whose state's time is over: everybody then gets what is theirs.
func (d *Desk) settle(ctx context.Context, _ Queue) error {
	if d.Sender == nil {
		return nil
	}
	newest, ok, err := d.Store.ChainBlockBelow(ctx, math.MaxInt64)
	if err != nil || !ok {
		return err
	}
	ids, err := d.Store.OrdersOverdue(ctx, d.Relay.Hex(), time.Unix(newest.At, 0), atOnce)
	if err != nil {
		return err
	}
	var errs []error
	for _, id := range ids {
		errs = append(errs, d.settleOne(ctx, id))
	}
	return errors.Join(errs...)
}

func (d *Desk) settleOne(ctx context.Context, id string) error {
	o, err := d.Store.OrderNow(ctx, id)
	if err != nil {
		return err
	}
	t, err := termsIn(o.ChainOrder)
	if err != nil {
		return err
	}
	state, err := d.Book.State(ctx, receipt.Hash(common.HexToHash(id)))
	if err != nil {
		return err
	}
	now, err := d.Book.Now(ctx)
	if err != nil || state.At == None || state.At == Ended || now.Before(state.Due) {
		return err // it was settled, and that is not read yet; or the chain goes back
	}
	err = d.once.send(ctx, receipt.Hash(common.HexToHash(id)), "settle", func(replaces *types.Transaction) (common.Hash, error) {
		return d.Book.sendTo(ctx, d.Sender, d.Book.Contract(), contractOf.PackSettle(t.Call()), replaces)
	})
	if relay.ErrorCode(err) == relay.CodeConflict {
		return nil // somebody else did
	}
	return err
}

// termsIn are an order's in the table.
func termsIn(c store.ChainOrder) (Terms, error) {
	pay, err := strconv.ParseUint(c.Pay, 10, 64)
	bond, ok := new(big.Int).SetString(c.Bond, 10)
	fee, ok2 := new(big.Int).SetString(c.Fee, 10)
	if err != nil || !ok || !ok2 {
		return Terms{}, relay.Errorf(relay.CodeInternal, "order %s is not kept right", c.ID)
	}
	return Terms{Payer: common.HexToAddress(c.Payer), Provider: common.HexToAddress(c.Provider), Relay: common.HexToAddress(c.Relay), Arbiter: common.HexToAddress(c.Arbiter),
		Plan: common.HexToHash(c.Plan), Version: common.HexToHash(c.Version), Units: uint32(c.Units), Pay: pay, Bond: bond, Fee: fee, Job: common.HexToHash(c.Job),
		AcceptBy: uint32(c.AcceptBy), DeliverBy: uint32(c.DeliverBy), Review: uint32(c.Review), Ruling: uint32(c.Ruling), Salt: common.HexToHash(c.Salt)}, nil
}

// Order implements jobs.Orders.
func (d *Desk) Order(ctx context.Context, id string) (jobs.Order, error) {
	o, err := d.Store.OrderNow(ctx, id)
	if err != nil {
		return jobs.Order{}, err
	}
	t, err := termsIn(o.ChainOrder)
	return jobs.Order{Terms: t.text(), Units: o.ChainOrder.Units}, err
}

// Check implements jobs.Orders: an answer is to what was ordered, what the result names is in it, and the provider's signature is one that the
// contract takes. Whether it is right, a replay tells. The result's document, and what it names that fits into a block, are kept as blocks.
func (d *Desk) Check(ctx context.Context, job store.Job, question, answer []byte, signature string) (receipt.Hash, error) {
	doc, err := asked(question)
	if err != nil {
		return receipt.Hash{}, err
	}
	tensors, err := receipt.DecodeTensors(answer)
	if err != nil {
		return receipt.Hash{}, err
	}
	if again, err := receipt.EncodeTensors(tensors); err != nil || !bytes.Equal(again, answer) {
		return receipt.Hash{}, relay.Errorf(relay.CodeInvalid, "the tensors are not in their canonical form")
	}
	done, named, err := spec.ParseAnswer(tensors)
	if err == nil {
		err = named.Answers(doc)
	}
	if err != nil {
		return receipt.Hash{}, err
	}
	result := receipt.Hash(receipt.ResultHash(done.Result))
	if err := d.Book.Signed(receipt.Hash(common.HexToHash(job.OrderID)), result, signature, job.Pinned); err != nil {
		return result, err
	}
	for _, data := range [][]byte{done.Result, done.Runs, done.Outputs} {
		if data == nil || len(data) > manifest.MaxBlock {
			continue // the prediction has it as long as the order goes on
		}
		if err := d.Blocks.Put(ctx, manifest.Block{CID: manifest.DigestOf(data).RawCID(), Data: data}); err != nil {
			return result, err
		}
	}
	return result, nil
}

// Signed refuses what an order's provider did not sign for the contract.
func (b *Book) Signed(order, result receipt.Hash, signature, provider string) error {
	forged := relay.Errorf(relay.CodeUnverified, "%s did not sign this result of order %s for the contract", provider, common.Hash(order))
	s := common.FromHex(signature)
	if len(s) != 65 || s[64] != 27 && s[64] != 28 || s[32] >= 0x80 {
		return forged
	}
	signer, err := ethsig.Recover(b.Digest(order, result), [32]byte(s[:32]), [32]byte(s[32:64]), s[64])
	if err != nil || signer.String() != provider {
		return forged
	}
	return nil
}

// maxNamed is how many blocks of an order's tensors are kept here for it: others have to be where sources have them.
const maxNamed = 32

// Put keeps a block of an order that names this relay and is not done: its specification, or a block of a tensor's that this names. All of
// these are fixed by what somebody paid for on chain.
func (d *Desk) Put(ctx context.Context, id string, b manifest.Block) error {
	o, err := d.Store.OrderNow(ctx, id)
	if err != nil {
		return err
	}
	if o.ChainOrder.Relay != d.Relay.Hex() || o.State != "open" && o.State != "accepted" {
		return relay.Errorf(relay.CodeConflict, "nothing is needed for the order: it is %s, of relay %s", o.State, o.ChainOrder.Relay)
	}
	if err := relay.CheckBlock(b); err != nil {
		return err
	}
	of := manifest.Digest(common.HexToHash(o.ChainOrder.Job)).RawCID()
	if b.CID == of {
		if len(b.Data) > spec.MaxDocument {
			return relay.Errorf(relay.CodeTooLarge, "a specification has at most %d bytes", spec.MaxDocument)
		}
		if err := d.Blocks.Put(ctx, b); err != nil || o.RunCode != CodeSpecMissing {
			return err
		}
		return d.Store.SetOrder(ctx, store.OrderRun{ID: id, State: store.OrderWaiting, Code: CodeSpecMissing, Detail: "it has just come"}, d.Now())
	}
	doc, err := d.Blocks.Get(ctx, of)
	if err != nil {
		return relay.Errorf(relay.CodeConflict, "send the specification first: %s", of)
	}
	job, err := spec.Parse(doc)
	if err != nil {
		return relay.Errorf(relay.CodeInvalid, "the order's specification: %w", err)
	}
	if job.Inference != nil {
		n := 0
		for _, t := range job.Inference.Inputs {
			if n += len(t.Blocks); n <= maxNamed && slices.Contains(t.Blocks, b.CID) && len(b.Data) <= spec.MaxBlock {
				return d.Blocks.Put(ctx, b)
			}
		}
	}
	return relay.Errorf(relay.CodeInvalid, "the order's specification names no such block among its first %d", maxNamed).WithHint("put it where the relay's sources have it")
}

// asked is the specification in what a provider is asked.
func asked(question []byte) ([]byte, error) {
	tensors, err := receipt.DecodeTensors(question)
	if err != nil {
		return nil, err
	}
	return spec.Asked(tensors)
}
