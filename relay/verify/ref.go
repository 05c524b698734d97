package verify

import (
	"strings"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
)

// Ref is what a person types to name a release: the CID of its manifest or of its directory, with "ipfs://" or
// "dehug:" before it or not. A bare manifest says nothing of signatures; "?envelope=CID" after it does.
type Ref struct {
	CID      manifest.CID
	Envelope manifest.CID // "" when the reference does not say
}

// ParseRef reads a Ref.
func ParseRef(s string) (Ref, error) {
	text := s
	for _, prefix := range []string{"ipfs://", "dehug:"} {
		if rest, ok := strings.CutPrefix(text, prefix); ok {
			text = rest
			break
		}
	}
	text, envelope, hasEnvelope := strings.Cut(text, "?envelope=")
	var r Ref
	var err error
	if r.CID, err = manifest.ParseCID(text); err != nil {
		return Ref{}, relay.Errorf(relay.CodeInvalid, "%q names no release: %w", s, err).
			WithHint("give the CID that publish printed: bafybei… for the release, bafkrei… for its manifest")
	}
	if !hasEnvelope {
		return r, nil
	}
	if r.Envelope, err = manifest.ParseCID(envelope); err != nil {
		return Ref{}, relay.Errorf(relay.CodeInvalid, "%q names no envelope: %w", s, err).
			WithHint("give the envelope's CID, bafkrei…, after ?envelope=")
	}
	return r, nil
}
