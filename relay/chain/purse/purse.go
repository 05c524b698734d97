// Package purse is a payer's end of sessions: it keeps their keys, signs vouchers, and never for more than is owed.
//
//	p, err := purse.Open(folder, site, wallet) // signs in at the first request
//	kept, err := p.Make(...)                   // a key, on disk before anything is locked for it
//	run, err := p.Pay(ctx, kept, terms, input) // signs for one run, and has it asked for
//	answer, err := run.Wait(ctx)
//
// A voucher is signed for at most one unit more than the results that came back and the runs that are waited for, whatever the relay says is
// next; what is signed is on disk before it leaves. So a program that is killed anywhere goes on without owing a unit more, and two of them
// take turns. It opens and closes nothing on chain: that is for who has the wallet (relay/cmd/dehug-relay).
package purse

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/ethereum/go-ethereum/common"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/chain"
	"github.com/dehug/dehug/relay/receipt"
)

// Kept is a session's key and what it has signed for, as its file has it.
type Kept struct {
	Site       string `json:"site"`
	ChainID    uint64 `json:"chainId"`
	Controller string `json:"controller"`
	Payer      string `json:"payer"`
	Secret     string `json:"secret"` // 64 digits
	Plan       string `json:"plan"`
	Operator   string `json:"operator"`
	Salt       string `json:"salt"`    // of its opening
	Session    string `json:"session"` // its id on chain
	// Results is how many runs are known to have succeeded, Waiting those that were signed for and of which no end is known yet.
	Results int64     `json:"results"`
	Waiting []Waiting `json:"waiting"`

	file string
}

// Waiting is a run that was signed for.
type Waiting struct {
	Transcript string `json:"transcript"`
	ID         string `json:"id,omitempty"` // of the prediction; "" where the relay's answer was lost
}

// Address of the key.
func (k *Kept) Address() (manifest.Address, error) {
	key, err := ethsig.ParseKey(k.Secret)
	if err != nil {
		return manifest.Address{}, fmt.Errorf("%s: %w", k.file, err)
	}
	return key.Address(), nil
}

// Purse keeps sessions of one wallet with one relay.
type Purse struct {
	*Client
	folder string
}

// Open opens a folder of sessions' keys, for a relay's site. It asks nobody anything.
func Open(folder, site string, wallet *ethsig.Key) (*Purse, error) {
	c, err := NewClient(site, wallet)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, relay.FileError(err)
	}
	return &Purse{c, folder}, nil
}

// lock waits for other programs that use the folder.
func (p *Purse) lock() (unlock func() error, err error) {
	f, err := os.OpenFile(filepath.Join(p.folder, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, relay.FileError(err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		return nil, errors.Join(relay.FileError(err), f.Close())
	}
	return f.Close, nil
}

// All are the sessions of this wallet with this relay whose keys are here, in the order of their ids.
func (p *Purse) All() ([]*Kept, error) {
	files, err := filepath.Glob(filepath.Join(p.folder, "0x*.json"))
	if err != nil {
		return nil, relay.FileError(err)
	}
	var all []*Kept
	for _, file := range files {
		k, err := load(file)
		if err != nil {
			return nil, err
		}
		if k.Payer == p.wallet.Address().String() && k.Site == p.site {
			all = append(all, k)
		}
	}
	return all, nil
}

func load(file string) (*Kept, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, relay.FileError(err)
	}
	k := &Kept{file: file}
	if err := json.Unmarshal(text, k); err != nil {
		return nil, relay.Errorf(relay.CodeInvalid, "%s is no session of ours: %w", file, err)
	}
	return k, nil
}

// save is durable when it returns, and never leaves half a file.
func (k *Kept) save() error {
	text, err := json.MarshalIndent(k, "", "  ")
	if err != nil {
		return err
	}
	temporary := k.file + ".new"
	f, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return relay.FileError(err)
	}
	_, err = f.Write(append(text, '\n'))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return relay.FileError(err)
	}
	if err := os.Rename(temporary, k.file); err != nil {
		return relay.FileError(err)
	}
	folder, err := os.Open(filepath.Dir(k.file))
	if err != nil {
		return relay.FileError(err)
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// Make makes a key for a session of a plan, and keeps it before anything is locked for it.
func (p *Purse) Make(t Terms, plan string) (*Kept, error) {
	var secret, salt [32]byte
	var key *ethsig.Key
	for key == nil { // of 2²⁵⁶ numbers nearly all are keys
		rand.Read(secret[:])
		key, _ = ethsig.ParseKey(hex.EncodeToString(secret[:]))
	}
	rand.Read(salt[:])
	number := chain.SessionNumber(common.Address(p.wallet.Address()), salt)
	k := &Kept{Site: p.site, ChainID: t.ChainID, Controller: t.Controller, Payer: p.wallet.Address().String(), Secret: hex.EncodeToString(secret[:]), Plan: plan, Operator: t.Operator, Salt: "0x" + hex.EncodeToString(salt[:]),
		Session: common.Hash(chain.NewSessionID(chain.PlanID(common.HexToHash(plan)), common.HexToAddress(t.Operator), number)).Hex(), file: filepath.Join(p.folder, key.Address().String()+".json")}
	return k, k.save()
}

// Forget throws a key away for which nothing was locked, or whose session is closed.
func (k *Kept) Forget() error { return os.Remove(k.file) }

// Run is one that was paid for.
type Run struct {
	p *Purse
	Prediction
}

// Pay signs for one run of a model out of a session, and has the relay run it: asked again with the same voucher where an answer is lost.
func (p *Purse) Pay(ctx context.Context, kept *Kept, t Terms, r Request) (*Run, error) {
	unlock, err := p.lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	k, err := load(kept.file) // as another program left it
	if err != nil {
		return nil, err
	}
	key, err := ethsig.ParseKey(k.Secret)
	if err != nil {
		return nil, relay.Errorf(relay.CodeInvalid, "%s: %w", k.file, err)
	}
	if t.ChainID != k.ChainID || t.Controller != k.Controller || t.Operator != k.Operator {
		return nil, relay.Errorf(relay.CodeUnverified, "the relay is for contract %s on chain %d now, and the session is at %s on chain %d", t.Controller, t.ChainID, k.Controller, k.ChainID).WithHint("nothing was signed; close the session")
	}
	s, err := p.Session(ctx, k.Session)
	if err != nil {
		return nil, err
	}
	if err := p.settle(ctx, k, s.Newest); err != nil {
		return nil, err
	}
	owed := k.Results + int64(len(k.Waiting))
	if s.Next.Units < 1 || s.Next.Units > owed+1 {
		return nil, relay.Errorf(relay.CodeUnverified, "the relay says that %d units are used, and %d were signed for and done", s.Next.Units-1, owed).
			WithHint("nothing was signed; `dehug-relay session close %s`, and what was not used comes back", k.Session)
	}
	after, err := hex.DecodeString(strings.TrimPrefix(s.Next.After, "0x"))
	if err != nil || len(after) != 32 {
		return nil, relay.Errorf(relay.CodeUnverified, "the relay names no transcript")
	}
	salt, body, err := r.salted()
	if err != nil {
		return nil, err
	}
	transcript := relay.NextTranscript([32]byte(after), receipt.RequestHash(salt, body), 1)
	domain := chain.UsageDomain(k.ChainID, common.HexToAddress(k.Controller))
	signature := key.Sign(domain.Voucher(chain.SessionID(common.HexToHash(k.Session)), uint32(s.Next.Units), transcript))
	r.Voucher = &Voucher{k.Session, s.Next.Units, "0x" + hex.EncodeToString(transcript[:]), "0x" + hex.EncodeToString(signature[:])}
	k.Waiting = append(k.Waiting, Waiting{Transcript: r.Voucher.Transcript})
	if err := k.save(); err != nil { // what is signed is known of, whatever happens next
		return nil, err
	}
	made, err := p.Create(ctx, r)
	if err != nil {
		return nil, err
	}
	k.Waiting[len(k.Waiting)-1].ID = made.ID
	return &Run{p, made}, k.save()
}

// Free has the relay's operator pay for a run.
func (p *Purse) Free(ctx context.Context, r Request) (*Run, error) {
	if _, _, err := r.salted(); err != nil {
		return nil, err
	}
	made, err := p.Create(ctx, r)
	return &Run{p, made}, err
}

// salted gives a request a salt, and says what of it is hashed.
func (r *Request) salted() (salt [32]byte, body []byte, err error) {
	rand.Read(salt[:])
	r.Salt = "0x" + hex.EncodeToString(salt[:])
	var tensors []receipt.Tensor
	for name, in := range r.Input {
		tensor, err := in.Tensor(name)
		if err != nil {
			return salt, nil, err
		}
		tensors = append(tensors, tensor)
	}
	body, err = receipt.EncodeTensors(tensors)
	return salt, body, err
}

// settle finds out what became of the runs that were signed for. One that failed used nothing.
func (p *Purse) settle(ctx context.Context, k *Kept, newest *Newest) error {
	var open []Waiting
	for _, w := range k.Waiting {
		if w.ID == "" && newest != nil && newest.Transcript == w.Transcript {
			w.ID = newest.Prediction
		}
		if w.ID == "" {
			continue // the relay never took it, and takes it no more once another follows
		}
		made, err := p.Prediction(ctx, w.ID)
		switch {
		case relay.ErrorCode(err) == relay.CodeNotFound: // long ago: to owe one at most is what was signed
			k.Results++
		case err != nil:
			return err
		case made.Status == string(relay.JobSucceeded):
			k.Results++
		case !made.Ended():
			open = append(open, w)
		}
	}
	k.Waiting = slices.Clip(open)
	return nil
}

// Wait waits for the end. Who stops waiting cancels the run: then it costs nothing, unless it was done just before.
func (r *Run) Wait(ctx context.Context) (Prediction, error) {
	for !r.Ended() {
		now, err := r.p.Prediction(ctx, r.ID)
		if ctx.Err() != nil {
			leaving, stop := context.WithTimeout(context.WithoutCancel(ctx), cancelTime)
			defer stop()
			if err := r.p.Cancel(leaving, r.ID); err != nil {
				return r.Prediction, errors.Join(ctx.Err(), err)
			}
			return r.Prediction, ctx.Err()
		}
		if err == nil {
			r.Prediction = now
		} else if relay.ErrorCode(err) != relay.CodeUnavailable {
			return r.Prediction, err
		}
		if !r.Ended() {
			pause(ctx)
		}
	}
	return r.Prediction, nil
}
