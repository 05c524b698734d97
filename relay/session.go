package relay

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"github.com/dehug/dehug/manifest"
)

// A Session is units of use that somebody locked on chain for one relay. Amounts are in the smallest unit of a dollar.
type Session struct {
	ID       string // 0x and 64 digits
	Plan     string
	Model    string // on chain
	Payer    string // in the letter case of EIP-55, as all addresses here
	Operator string // the relay that may redeem
	Key      string // signs vouchers
	Number   uint64 // tells the payer's sessions apart
	Units    int64  // that are locked
	Redeemed int64  // of them, on chain
	Ends     time.Time
	Closed   bool
	Period   int64  // of a subscription, in seconds; 0 where units are paid one by one
	Payee    string // who gets the author's part
	Token    string
	Price    Price
	Block    uint64 // that opened it
}

// Price is what a unit costs: all of it is set aside, and what the provider does not ask for is given back.
type Price struct {
	Author  int64 // of the plan's payee
	Relay   int64
	Compute int64 // the most that a provider gets
}

// Sum is what a unit costs at most.
func (p Price) Sum() int64 { return p.Author + p.Relay + p.Compute }

// A Voucher says how far a session has come, in the name of the key that its payer put into it: the relay may redeem so many units
// and no more.
type Voucher struct {
	Session    string
	Units      int64 // all that the session has used once this job is done
	Transcript [32]byte
	Signature  manifest.Signature
}

// SessionOffer is what somebody has to know to open a session for a relay.
type SessionOffer struct {
	ChainID    uint64
	Controller string        // the contract
	Operator   string        // whom the session is for
	Token      string        // that plans have to be in
	Opens      bool          // whether the relay brings what a payer signed
	SafeAbove  int64         // what a session may be worth to be taken before the chain can no longer undo it
	Margin     time.Duration // before a session's end the last job is over
}

// NextTranscript is what a voucher commits to: the voucher before it, what is asked for (the receipt's request hash), and how many units that may
// use. The first one of a session follows 32 zero bytes.
func NextTranscript(before, request [32]byte, units uint32) [32]byte {
	h := sha256.New()
	h.Write([]byte("dehug/transcript/v0"))
	h.Write(before[:])
	h.Write(request[:])
	h.Write(binary.BigEndian.AppendUint32(nil, units))
	return [32]byte(h.Sum(nil))
}
