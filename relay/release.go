package relay

import (
	"context"

	"github.com/dehug/dehug/manifest"
)

// Release is what a relay knows of something published: where it is and what a list shows of it.
// Everything in it can be derived from the blocks; a reader who cares checks it there.
type Release struct {
	Release  manifest.CID `json:"release"`            // the release directory
	Manifest manifest.CID `json:"manifest"`           // its digest is what a page pins
	Envelope manifest.CID `json:"envelope,omitempty"` // holds the signatures; empty when nobody signed
	Kind     string       `json:"kind"`
	Name     string       `json:"name"`
	Title    string       `json:"title"`
	Version  string       `json:"version"`
	Task     string       `json:"task"`   // task id, "" when there is none
	Bytes    int64        `json:"bytes"`  // of all files together
	Signer   string       `json:"signer"` // EIP-55 address whose signature was checked, "" when nobody signed
	Created  string       `json:"created"`
}

// NewRelease describes a release whose parts have been checked. envelope may be "" and signers empty; of several
// signers the first is named.
func NewRelease(release manifest.CID, doc []byte, m *manifest.Manifest, envelope manifest.CID, signers []manifest.Address) Release {
	r := Release{
		Release: release, Manifest: manifest.DigestOf(doc).RawCID(), Envelope: envelope,
		Kind: m.Kind, Name: m.Name, Title: m.Title, Version: m.Version, Created: m.Created,
	}
	for _, f := range m.Files {
		r.Bytes += f.Size
	}
	if m.Task != nil {
		r.Task = m.Task.ID
	}
	if len(signers) > 0 {
		r.Signer = signers[0].String()
	}
	return r
}

// Releases lists what a relay offers, newest first.
type Releases interface {
	Releases(ctx context.Context) ([]Release, error)
}
