package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/store/db"
)

// A Check is an answer that is looked at a second time; Evidence is what convinces others that it was false; a Ban says that a provider is given
// nothing any more.
type (
	Check      = db.Check
	Evidence   = db.Evidence
	Ban        = db.Ban
	CheckCount = db.CheckCountsRow
)

// Why an answer is looked at.
const (
	CheckSpot   = "spot"   // by chance
	CheckReplay = "replay" // its payer asked
)

// What was found.
const (
	CheckOpen     = "open"
	CheckAgrees   = "agrees"
	CheckDiffers  = "differs"  // it was false, or the others were
	CheckDisputed = "disputed" // two differ, and nobody says who is right
	CheckFailed   = "failed"   // it could not be done
)

// ErrReplays is what somebody is told who has asked for as many replays as are free.
var ErrReplays = relay.Errorf(relay.CodeQuota, "no more replays are free for you today").WithHint("there are more tomorrow (UTC), and you can replay it yourself at any time")

// OpenCheck has an answer looked at; isNew is false where it is, or was, already. One that could not be done may be asked for again by its payer.
func (s *Store) OpenCheck(ctx context.Context, c Check, now time.Time) (isNew bool, err error) {
	err = s.together(ctx, func(ctx context.Context, q *db.Queries) error {
		n, err := q.OpenCheck(ctx, db.OpenCheckParams{Job: c.Job, Kind: c.Kind, Provider: c.Provider, Created: micros(now)})
		isNew = n > 0
		return err
	})
	return isNew, err
}

// OpenReplay is the like for a payer, who has so many for nothing under a key and day.
func (s *Store) OpenReplay(ctx context.Context, c Check, key string, most int64, now time.Time) (isNew bool, err error) {
	err = s.together(ctx, func(ctx context.Context, q *db.Queries) error {
		n, err := q.OpenCheck(ctx, db.OpenCheckParams{Job: c.Job, Kind: CheckReplay, Provider: c.Provider, Created: micros(now)})
		if isNew = n > 0; err != nil || !isNew {
			return err
		}
		if most <= 0 {
			return ErrReplays
		}
		n, err = q.GrantReplay(ctx, db.GrantReplayParams{Key: key, Day: now.UTC().Format(time.DateOnly), Most: most})
		if err == nil && n == 0 {
			err = ErrReplays
		}
		return err
	})
	return isNew, err
}

// CheckOf finds what became of a job's.
func (s *Store) CheckOf(ctx context.Context, job string) (Check, error) {
	c, err := s.q.Check(ctx, job)
	return one(c, err, "check")
}

// OpenChecks are those that have not ended, oldest first.
func (s *Store) OpenChecks(ctx context.Context, limit int) ([]Check, error) {
	list, err := s.q.OpenChecks(ctx, int32(limit))
	return list, failed(err)
}

// AskCheck notes which jobs repeat it.
func (s *Store) AskCheck(ctx context.Context, job, other, referee string) error {
	return s.together(ctx, func(ctx context.Context, q *db.Queries) error {
		return q.AskCheck(ctx, db.AskCheckParams{Job: job, Other: other, Referee: referee})
	})
}

// Finding is how a check ends. Wrong is the job whose answer was found to be false, "" for none: the one that was looked at, or the one that
// repeated it, which then has a check of its own.
type Finding struct {
	Check // as it is from now on
	Wrong string
	By    string // whose that was
	// Evidence against it, nil for none, and whether its provider is given nothing any more.
	Evidence []byte
	Ban      bool
}

// EndCheck ends one, once: evidence and ban go with it, or none of it.
func (s *Store) EndCheck(ctx context.Context, f Finding, now time.Time) (ended bool, err error) {
	at := micros(now)
	err = s.together(ctx, func(ctx context.Context, q *db.Queries) error {
		n, err := q.EndCheck(ctx, db.EndCheckParams{State: f.State, Checker: f.Checker, Detail: f.Detail, Ended: at, Job: f.Job})
		if ended = n > 0; err != nil || !ended || f.Wrong == "" {
			return err
		}
		if f.Wrong != f.Job {
			if err := q.AddCheck(ctx, db.AddCheckParams{Job: f.Wrong, Kind: f.Kind, Provider: f.By, State: CheckDiffers, Other: f.Job, Referee: f.Referee, Checker: f.Checker, Detail: f.Detail, Created: f.Created, Ended: at}); err != nil {
				return err
			}
		}
		if f.Evidence != nil {
			if err := q.KeepEvidence(ctx, db.KeepEvidenceParams{Job: f.Wrong, Provider: f.By, Document: f.Evidence, Created: at}); err != nil {
				return err
			}
		}
		if !f.Ban {
			return nil
		}
		return q.Ban(ctx, db.BanParams{Provider: f.By, Job: f.Wrong, Reason: f.Detail, Created: at})
	})
	return ended, err
}

// EvidenceOf is what there is against a job's answer.
func (s *Store) EvidenceOf(ctx context.Context, job string) (Evidence, error) {
	e, err := s.q.Evidence(ctx, job)
	return one(e, err, "evidence")
}

// Bans are all that there are, oldest first.
func (s *Store) Bans(ctx context.Context) ([]Ban, error) {
	list, err := s.q.Bans(ctx)
	return list, failed(err)
}

// LiftBan lets a banned provider be given something again. What was found of its answers stays, and a later finding bans it anew.
func (s *Store) LiftBan(ctx context.Context, provider, admin, note string, now time.Time) error {
	return s.together(ctx, func(ctx context.Context, q *db.Queries) error {
		n, err := q.LiftBan(ctx, provider)
		if err == nil && n == 0 {
			err = relay.Errorf(relay.CodeNotFound, "this provider is not banned")
		}
		if err != nil {
			return err
		}
		return addDeed(ctx, q, admin, now, DeedUnban, "provider "+provider, note)
	})
}

// CheckCounts are what was found of every provider, and how much of it since then.
func (s *Store) CheckCounts(ctx context.Context, since time.Time) ([]CheckCount, error) {
	list, err := s.q.CheckCounts(ctx, micros(since))
	return list, failed(err)
}

// ListedCheck is a check with the model that it is about.
type ListedCheck struct {
	Check
	Manifest, Mode string
}

// ProviderChecks are those of a provider's answers that were false or are disputed, newest first.
func (s *Store) ProviderChecks(ctx context.Context, provider string, limit int) ([]ListedCheck, error) {
	rows, err := s.q.ProviderChecks(ctx, db.ProviderChecksParams{Provider: provider, Most: int32(limit)})
	list := make([]ListedCheck, len(rows))
	for i, row := range rows {
		list[i] = ListedCheck{row.Check, row.Manifest, row.Mode}
	}
	return list, failed(err)
}

// KeepAccount makes an account that nobody signs in to: the relay's own, which has answers looked at.
func (s *Store) KeepAccount(ctx context.Context, address string, now time.Time) error {
	return s.together(ctx, func(ctx context.Context, q *db.Queries) error {
		return q.CreateAccount(ctx, db.CreateAccountParams{Address: address, Now: micros(now)})
	})
}

// JobOfKey finds the job that a key of idempotency made; not_found where there is none.
func (s *Store) JobOfKey(ctx context.Context, account, key string) (job Job, err error) {
	known, err := s.q.KeptKey(ctx, db.KeptKeyParams{Account: account, Key: key})
	if errors.Is(err, sql.ErrNoRows) {
		return one(job, err, "prediction")
	}
	if err != nil {
		return job, failed(err)
	}
	job, err = s.q.Job(ctx, known.Job)
	return one(job, err, "prediction")
}
