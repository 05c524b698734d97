package x402

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/chain/deploy"
)

// FuzzRead reads payments that anybody may send: none is a fault of ours, and what is taken of one is within bounds.
func FuzzRead(f *testing.F) {
	d := &Desk{Config: Config{Deployment: &deploy.Deployment{ChainID: 31337}, Key: operator.Signer()}, asset: stranger.Address}
	p := Payload{Version: Version, Accepted: Requirements{Scheme: Scheme, Network: d.Network(), Asset: d.asset.Hex(), Extra: Extra{Quote: "AA"}}}
	p.Payload.Signature = "0x" + strings.Repeat("11", 65)
	p.Payload.Authorization = Authorization{From: payer.Address.Hex(), To: author.Address.Hex(), Value: "1", ValidAfter: "0", ValidBefore: "0x10", Nonce: "0x" + strings.Repeat("00", 32)}
	f.Add(Header(p))
	p.Payload.Authorization.Value = "115792089237316195423570985008687907853269984665640564039457584007913129639936"
	f.Add(Header(p))
	p.Payload.Authorization.Value, p.Payload.Signature = "-1", "0x0"
	f.Add(Header(p))
	p.Accepted.Extra.Quote = base64.RawURLEncoding.EncodeToString(make([]byte, quoteSize+65))
	f.Add(Header(p))
	f.Add(base64.StdEncoding.EncodeToString([]byte(`{"x402Version":2,"payload":null,"accepted":[]}`)))
	f.Add("====")
	f.Fuzz(func(t *testing.T, header string) {
		p, err := Read(header)
		if err != nil {
			if code := relay.ErrorCode(err); code != relay.CodeInvalid && code != relay.CodeTooLarge {
				t.Errorf("Read(%q) = %v", header, err)
			}
			return
		}
		if q, err := d.read(p.Accepted.Extra.Quote); err == nil {
			t.Errorf("a quote that nobody signed: %+v", q)
		}
		pay, err := d.Parse(p, [32]byte{})
		if err != nil {
			if _, refused := errors.AsType[*Refusal](err); !refused {
				t.Errorf("Parse(%q) = %v", header, err)
			}
			return
		}
		if pay.Value < 0 || pay.ValidAfter < 0 || pay.ValidBefore < 0 || len(pay.Signature) != 65 || len(pay.Nonce) != 66 || len(pay.Quote) != 32 {
			t.Errorf("Parse(%q) = %+v", header, pay)
		}
	})
}
