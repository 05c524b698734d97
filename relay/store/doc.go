// Package store keeps what a relay must remember and cannot derive from blocks: accounts, sessions, keys, uploads that
// are under way, and the index of what was published.
//
//	s, err := store.Open(ctx, "sqlite:/var/lib/dehug/hub.db") // or postgres://user@host/database
//	err = s.SignIn(ctx, nonce, session)
//
// Statements are those that SQLite and Postgres both understand, so there is one set of them (queries/, turned into
// package db by sqlc) and one of migrations (goose). Words are searched in memory, where a table's are read to. A method is
// one transaction. SQLite has one connection that writes and several that read, and is durable when a method returns; several relays
// may share one Postgres.
package store

//go:generate go run github.com/sqlc-dev/sqlc/cmd/sqlc@v1.31.1 generate
