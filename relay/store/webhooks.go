package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/store/db"
)

// Message is one to somebody who is told of a job.
type Message = db.Outbox

// Events that somebody may be told of. An output is there when a job has succeeded.
const (
	EventStart     = "start"
	EventOutput    = "output"
	EventCompleted = "completed"
)

// kindWebhookKey is the audit log's word for a secret that messages are signed with.
const kindWebhookKey = "webhook.key"

// announce has whoever wants it told what became of a job, in the transaction in which that becomes true.
func announce(ctx context.Context, q *db.Queries, job Job, at int64, events ...string) error {
	if job.Webhook == "" {
		return nil
	}
	for i, event := range events {
		if !strings.Contains(job.WebhookEvents, event) {
			continue
		}
		if err := q.Tell(ctx, db.TellParams{ID: "msg_" + job.ID + "_" + event, Job: job.ID, Event: event, Due: at + int64(i)}); err != nil {
			return err
		}
	}
	return nil
}

// ended are the events of a job's end.
func ended(job Job) []string {
	if relay.JobState(job.State) == relay.JobSucceeded {
		return []string{EventOutput, EventCompleted}
	}
	return []string{EventCompleted}
}

// TakeMessages gives messages that are due to whoever is to send them, and to nobody else for a while. Each is counted as a try: what is not
// said to have been told is due again.
func (s *Store) TakeMessages(ctx context.Context, now, until time.Time, limit int) (taken []Message, err error) {
	ids, err := s.q.DueMessages(ctx, db.DueMessagesParams{Now: micros(now), Most: int32(limit)})
	if err != nil {
		return nil, failed(err)
	}
	for _, id := range ids {
		var m Message
		err := s.together(ctx, func(ctx context.Context, q *db.Queries) (err error) {
			m, err = q.TakeMessage(ctx, db.TakeMessageParams{ID: id, Now: micros(now), Until: micros(until)})
			return err
		})
		switch {
		case err == nil:
			taken = append(taken, m)
		case !errors.Is(err, sql.ErrNoRows): // else another relay has it
			return taken, err
		}
	}
	return taken, nil
}

// EndMessage says that a message was told, or never will be, and why not.
func (s *Store) EndMessage(ctx context.Context, id, detail string, now time.Time) error {
	return s.together(ctx, func(ctx context.Context, q *db.Queries) error {
		return q.EndMessage(ctx, db.EndMessageParams{ID: id, Detail: detail, Ended: micros(now)})
	})
}

// RetryMessage says that a message was not told, and when that is to be tried again.
func (s *Store) RetryMessage(ctx context.Context, id, detail string, due time.Time) error {
	return s.together(ctx, func(ctx context.Context, q *db.Queries) error {
		return q.RetryMessage(ctx, db.RetryMessageParams{ID: id, Detail: detail, Due: micros(due)})
	})
}

// Messages of a job.
func (s *Store) Messages(ctx context.Context, job string) ([]Message, error) {
	list, err := s.q.Messages(ctx, job)
	return list, failed(err)
}

// Secret is what messages to an account are signed with: made as proposed where there was none.
func (s *Store) Secret(ctx context.Context, account, proposed string) (string, error) {
	secret, err := s.q.Secret(ctx, account)
	if !errors.Is(err, sql.ErrNoRows) {
		return secret, failed(err)
	}
	if err := s.together(ctx, func(ctx context.Context, q *db.Queries) error {
		if err := record(ctx, q, kindWebhookKey, "", account); err != nil {
			return err
		}
		return q.KeepSecret(ctx, db.KeepSecretParams{Account: account, Secret: proposed})
	}); err != nil {
		return "", err
	}
	secret, err = s.q.Secret(ctx, account) // somebody else's, if they were first
	return secret, failed(err)
}

// ChangeSecret gives an account another one.
func (s *Store) ChangeSecret(ctx context.Context, account, secret string) error {
	return s.together(ctx, func(ctx context.Context, q *db.Queries) error {
		if err := record(ctx, q, kindWebhookKey, "", account); err != nil {
			return err
		}
		return q.NewSecret(ctx, db.NewSecretParams{Account: account, Secret: secret})
	})
}
