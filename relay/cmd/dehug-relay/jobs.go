package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"math"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/check"
	"github.com/dehug/dehug/relay/engine"
	"github.com/dehug/dehug/relay/httpapi"
	"github.com/dehug/dehug/relay/jobs"
	"github.com/dehug/dehug/relay/receipt"
)

// drainTimeout is how long jobs may usually go on when the relay ends.
const drainTimeout = 8 * time.Second

// clock is the machine's, but for tests that have it wrong.
var clock = time.Now

// openJobs begins to take jobs, where there are accounts whose providers do them; else nil.
func (s *hubSettings) openJobs(ctx context.Context, h *httpapi.Hub, chain *followed, blocks relay.Blocks, data string, log *slog.Logger) (*jobs.Queue, error) {
	if len(s.providers) == 0 {
		return nil, nil
	}
	if s.lease < 100*time.Millisecond {
		return nil, relay.Errorf(relay.CodeInvalid, "--job-lease: %s is too short to be renewed in time", s.lease)
	}
	if s.daily < 0 {
		return nil, relay.Errorf(relay.CodeInvalid, "--free-daily: %d is no amount", s.daily)
	}
	allowed := map[manifest.Address]bool{}
	for _, text := range s.providers {
		if text == "any" {
			continue
		}
		address, err := manifest.ParseAddress(text)
		if err != nil {
			return nil, relay.Errorf(relay.CodeInvalid, "--provider: %w", err).WithHint("%s", manifest.HintOf(err))
		}
		allowed[address] = true
	}
	if s.dailyNetwork == networkOfDaily {
		s.dailyNetwork = accountsOfNetwork * min(s.daily, math.MaxInt64/accountsOfNetwork)
	}
	if least := min(s.dailyNetwork, s.dailyModel, s.dailyAll); least < 0 {
		return nil, relay.Errorf(relay.CodeInvalid, "--free-network, --free-model, --free-total: %d is no amount", least).WithHint("0 is for no limit")
	}
	everybody := slices.Contains(s.providers, "any")
	key, err := relayKey(s.relayKey, data)
	if err != nil {
		return nil, err
	}
	log.Info("jobs are taken", slog.String("relay", key.Address().String()), slog.Int("providers", len(allowed)), slog.Bool("everybody's", everybody))
	checks, err := s.openChecks(data, h, log)
	if err != nil {
		return nil, err
	}
	c := jobs.Config{Store: h.Store, Key: key, Checks: checks, Daily: s.daily, DailyNetwork: s.dailyNetwork, DailyModel: s.dailyModel, DailyAll: s.dailyAll, LongTime: s.longTime, Lease: s.lease, Log: log, Now: clock, Ended: s.ended, Blocks: blocks, Allowed: func(a manifest.Address) bool { return everybody || allowed[a] }}
	if h.Uploads != nil {
		c.Made = h.Uploads
	}
	if chain != nil {
		paid, err := s.openPay(chain, h, blocks, key, log)
		if err != nil {
			return nil, err
		}
		c.Sessions, c.Author, h.Paid, c.Orders = paid, paid.Author, paid, chain.orders
		h.Orders = chain.orders
	}
	return jobs.Start(ctx, c)
}

// openChecks says how answers are looked at a second time.
func (s *hubSettings) openChecks(data string, h *httpapi.Hub, log *slog.Logger) (c jobs.Checks, err error) {
	if s.checkShare < 0 || s.checkShare > check.Whole || s.checkDaily < 0 || s.replays < 0 {
		return c, relay.Errorf(relay.CodeInvalid, "--check-share %d, --check-daily %d, --free-replays %d: a share is of a thousand, and the others are amounts", s.checkShare, s.checkDaily, s.replays)
	}
	c = jobs.Checks{Share: s.checkShare, Daily: s.checkDaily, Replays: s.replays}
	if s.checkEngine {
		own, err := engine.Open(filepath.Join(data, "checks"), s.checkSources, enginesOfChecks)
		if err != nil {
			return c, err
		}
		s.closeChecks = sync.OnceValue(own.Close)
		c.Engine = func(ctx context.Context, cid manifest.CID, mode string, inputs []receipt.Tensor) ([]receipt.Tensor, receipt.Hash, error) {
			a, err := own.Run(ctx, engine.Question{Manifest: cid, Mode: mode, Inputs: inputs})
			if err != nil {
				return nil, receipt.Hash{}, err
			}
			return a.Outputs, a.Plan, nil
		}
	} else if c.Daily == 0 { // nobody would give an answer again
		c.Share, c.Replays = 0, 0
	}
	if c.Share > 0 || c.Replays > 0 {
		log.Info("answers are looked at a second time", slog.Int("of a thousand", c.Share), slog.Int64("replays", c.Replays), slog.Bool("engine", s.checkEngine))
	}
	return c, nil
}

// enginesOfChecks is how many models are kept in memory for giving answers again.
const enginesOfChecks = 2

// relayKey reads the key of the relay's, or makes one where none is named and there is none.
func relayKey(name, data string) (*ethsig.Key, error) {
	given := name != ""
	if !given {
		name = filepath.Join(data, "relay.key")
	}
	key, err := ethsig.LoadKey(name)
	if errors.Is(err, fs.ErrNotExist) && !given {
		if key, err = ethsig.NewKey(); err == nil {
			err = key.Save(name)
		}
	}
	if err != nil {
		return nil, relay.Errorf(relay.CodeInvalid, "the relay's key: %w", err).WithHint("make one with `dehug-relay keygen`")
	}
	return key, nil
}

// closeJobs lets jobs finish for a while, and then what gives answers again. Called again it does nothing more.
func (s *hubSettings) closeJobs(q *jobs.Queue, log *slog.Logger) {
	ctx, stop := context.WithTimeout(context.Background(), s.drain)
	defer stop()
	if err := q.Close(ctx); err != nil {
		log.Error("ending jobs", slog.Any("error", err))
	}
	if s.closeChecks != nil {
		if err := s.closeChecks(); err != nil {
			log.Error("ending checks", slog.Any("error", err))
		}
	}
}
