package store

import (
	"context"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/store/db"
)

// An Attestation is an evaluation on its way to the chain; an AttestedVersion what it is about.
type (
	Attestation     = db.Attestation
	AttestedVersion = db.VersionOfManifestRow
)

// How far an attestation is.
const (
	AttestationAsked = "asked" // its job has not succeeded
	AttestationDue   = "due"   // no transaction of it can be mined
	AttestationSent  = "sent"
	AttestationMined = "mined"
	AttestationSafe  = "safe" // the chain will not undo it
)

// VersionOf is the first version on chain that has a manifest; not_found where there is none.
func (s *Store) VersionOf(ctx context.Context, m manifest.CID) (AttestedVersion, error) {
	v, err := s.q.VersionOfManifest(ctx, string(m))
	return one(v, err, "version on chain with this manifest")
}

// OpenAttestations are those on their way, the oldest first.
func (s *Store) OpenAttestations(ctx context.Context, most int) ([]Attestation, error) {
	list, err := s.q.OpenAttestations(ctx, int32(most))
	return list, failed(err)
}

// Attestation of a job; not_found where none was asked for.
func (s *Store) Attestation(ctx context.Context, job string) (Attestation, error) {
	a, err := s.q.Attestation(ctx, job)
	return one(a, err, "attestation")
}

// MoveAttestation says that one, which was in a state, is as a says now. It is CodeConflict where it is in another: another relay was first.
func (s *Store) MoveAttestation(ctx context.Context, from string, a Attestation, now time.Time) error {
	return s.together(ctx, func(ctx context.Context, q *db.Queries) error {
		n, err := q.MoveAttestation(ctx, db.MoveAttestationParams{State: a.State, Tx: a.Tx, Replaced: a.Replaced, Nonce: a.Nonce, Raw: a.Raw, Block: a.Block, Hash: a.Hash, Uid: a.Uid, Changed: micros(now), Job: a.Job, FromState: from})
		if err == nil && n == 0 {
			err = relay.Errorf(relay.CodeConflict, "the attestation of %s is not %s any more", a.Job, from)
		}
		return err
	})
}
