package relay

import (
	"time"

	"github.com/dehug/dehug/manifest"
)

// BringTerms is under which conditions a relay brings what an owner signed to the registry. All of it is part of what
// is signed.
type BringTerms struct {
	ChainID  uint64
	Registry string // its address
	Relay    string // who will bring it, and pays for gas
	FeeToken string // what the owner pays with, out of an allowance to the registry; the zero address with no fee
	Fee      string // in the token's smallest unit; "0" for nothing
	Nonce    uint64 // the registry's count of what this owner had brought
	Deadline time.Time
}

// Bringing is what a call to the registry that an owner signed says.
type Bringing struct {
	Owner    string // in the letter case of EIP-55
	Name     string // of the model; "" for a further version
	Version  string
	Manifest manifest.Digest
}
