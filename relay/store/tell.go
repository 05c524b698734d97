package store

import (
	"context"
	"database/sql/driver"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

// channel is where relays of one Postgres tell each other what they need not wait to find.
const channel = "dehug_jobs"

// Tell tells the other relays of a Postgres something, in less than 8000 bytes. It is no part of a transaction, and who is not there does
// not hear it. A SQLite file is taken to be one relay's: nobody is told.
func (s *Store) Tell(ctx context.Context, text string) error {
	if s.dialect != goose.DialectPostgres {
		return nil
	}
	_, err := s.write.ExecContext(ctx, "SELECT pg_notify('"+channel+"', $1)", text)
	return failed(err)
}

// Listen hears what relays tell, this one too, until ctx ends or the line to Postgres breaks: then it returns why. It returns nil at
// once where nobody tells anything. began is called when it listens; what is told later is heard.
func (s *Store) Listen(ctx context.Context, began func(), hear func(text string)) error {
	if s.dialect != goose.DialectPostgres {
		return nil
	}
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return failed(err)
	}
	defer conn.Close()
	var broken error
	_ = conn.Raw(func(line any) error {
		pg := line.(*stdlib.Conn).Conn()
		if _, broken = pg.Exec(ctx, "LISTEN "+channel); broken != nil {
			return driver.ErrBadConn
		}
		began()
		for {
			n, err := pg.WaitForNotification(ctx)
			if broken = err; err != nil {
				return driver.ErrBadConn // nobody else gets a connection that listens
			}
			hear(n.Payload)
		}
	})
	return failed(broken)
}
