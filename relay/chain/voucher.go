package chain

import (
	"encoding/binary"
	"fmt"

	"github.com/dehug/dehug/manifest"
)

// MaxPays is the most providers that a voucher can pay: their count is a byte.
const MaxPays = 255

// A Voucher is what an operator redeems of a session: how far it has come, signed by the session's key, and what
// providers get of it.
type Voucher struct {
	Session    uint64 // see SessionNumber
	Units      uint32 // all that the session has used
	Transcript [32]byte
	Signature  manifest.Signature
	Pays       []Pay
}

// A Pay is a provider's part of what a voucher adds, in the token's smallest unit.
type Pay struct {
	Provider uint8 // its place in the batch
	Amount   uint64
}

// Append adds the voucher to those of a batch, packed as the controller reads it.
func (v Voucher) Append(batch []byte) ([]byte, error) {
	if len(v.Pays) > MaxPays {
		return nil, fmt.Errorf("voucher pays %d providers, %d are the most", len(v.Pays), MaxPays)
	}
	if recovery := v.Signature[64]; recovery != 27 && recovery != 28 || v.Signature[32] >= 0x80 {
		return nil, fmt.Errorf("voucher's signature has no short form: v is %d, s begins with %#x", recovery, v.Signature[32])
	}
	batch = binary.BigEndian.AppendUint64(batch, v.Session)
	batch = binary.BigEndian.AppendUint32(batch, v.Units)
	batch = append(batch, v.Transcript[:]...)
	vs := len(batch) + 32
	batch = append(batch, v.Signature[:64]...)
	batch[vs] |= (v.Signature[64] - 27) << 7 // ERC-2098: s leaves the highest bit free
	batch = append(batch, byte(len(v.Pays)))
	for _, p := range v.Pays {
		batch = append(batch, p.Provider)
		batch = binary.BigEndian.AppendUint64(batch, p.Amount)
	}
	return batch, nil
}

// A Redeemed is one voucher that was paid, as the event of that name has it.
type Redeemed struct {
	Session    uint64
	Units      uint32 // all that the session has used
	Pay        uint64 // of providers, for what this voucher added
	Transcript [32]byte
}

// redeemedSize is how many bytes one voucher has in the event.
const redeemedSize = 8 + 4 + 8 + 32

// ParseRedeemed reads the items of a Redeemed event.
func ParseRedeemed(items []byte) ([]Redeemed, error) {
	if len(items)%redeemedSize != 0 {
		return nil, fmt.Errorf("items of Redeemed have %d bytes, not a multiple of %d", len(items), redeemedSize)
	}
	all := make([]Redeemed, 0, len(items)/redeemedSize)
	for ; len(items) > 0; items = items[redeemedSize:] {
		all = append(all, Redeemed{
			Session:    binary.BigEndian.Uint64(items),
			Units:      binary.BigEndian.Uint32(items[8:]),
			Pay:        binary.BigEndian.Uint64(items[12:]),
			Transcript: [32]byte(items[20:redeemedSize]),
		})
	}
	return all, nil
}
