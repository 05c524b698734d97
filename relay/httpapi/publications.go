package httpapi

import (
	"context"
	"encoding/hex"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
)

// Bringer brings what owners signed to the chain, and pays for it.
type Bringer interface {
	Terms(ctx context.Context, owner string) (relay.BringTerms, error)
	Read(call []byte) (relay.Bringing, error)
	Bring(ctx context.Context, call []byte) (hash string, err error)
}

// Terms are what an owner signs along with a publication, for the relay to bring it.
type Terms struct {
	ChainID  uint64    `json:"chainId"`
	Registry string    `json:"registry" doc:"The contract that is called."`
	Relay    string    `json:"relay" doc:"The account that will bring it, and pay for gas."`
	FeeToken string    `json:"feeToken" doc:"What the owner pays the relay with, out of an allowance to the registry."`
	Fee      string    `json:"fee" doc:"How much, in the token's smallest unit; 0 for nothing."`
	Nonce    uint64    `json:"nonce" doc:"The registry's, of this owner."`
	Deadline time.Time `json:"deadline" doc:"What is signed has to say this or earlier."`
}

// Brought is a transaction that the node has. Whether it is mined the chain tells.
type Brought struct {
	Transaction string `json:"transaction" doc:"Its hash."`
}

func (h *Hub) registerPublications(api huma.API) {
	if h.Bringer == nil {
		return
	}
	register(h, api, session, huma.Operation{OperationID: "getTerms", Method: http.MethodGet, Path: "/publications/terms", Tags: []string{"publications"},
		Summary: "Under which terms the relay publishes on chain for this account", Errors: []int{http.StatusServiceUnavailable}}, h.getTerms)
	register(h, api, session, huma.Operation{OperationID: "bringPublication", Method: http.MethodPost, Path: "/publications", Tags: []string{"publications"}, Metadata: map[string]any{"limit": "publications"},
		Summary: "Have a signed publication brought to the chain", DefaultStatus: http.StatusAccepted,
		Errors:      []int{http.StatusNotFound, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusServiceUnavailable},
		Description: "For an account without ETH: it signs (EIP-712), the relay sends the transaction. The release has to be here, and is simulated first."}, h.bringPublication)
}

func (h *Hub) getTerms(ctx context.Context, _ *struct{}) (*reply[Terms], error) {
	t, err := h.Bringer.Terms(ctx, callerOf(ctx).address)
	return &reply[Terms]{Terms(t)}, err
}

type bringRequest struct {
	Body struct {
		Call string `json:"call" maxLength:"65538" pattern:"^0x([0-9a-fA-F]{2})*$" doc:"The input of publishBySig or publishVersionBySig of the registry, in hex."`
	}
}

func (h *Hub) bringPublication(ctx context.Context, in *bringRequest) (*reply[Brought], error) {
	call, err := hex.DecodeString(in.Body.Call[2:])
	if err != nil {
		return nil, relay.Errorf(relay.CodeInvalid, "the call is not hex")
	}
	said, err := h.Bringer.Read(call)
	if err != nil {
		return nil, err
	}
	owner := callerOf(ctx).address
	if said.Owner != owner {
		return nil, relay.Errorf(relay.CodeForbidden, "%s is signed in, and this is a publication of %s", owner, said.Owner)
	}
	if err := h.isHere(ctx, said); err != nil {
		return nil, err
	}
	hash, err := h.Bringer.Bring(ctx, call)
	return &reply[Brought]{Brought{hash}}, err
}

// isHere refuses what this relay does not pay for: it brings releases that it has and that have their owner among the authors.
func (h *Hub) isHere(ctx context.Context, said relay.Bringing) error {
	doc, err := h.Blocks.Get(ctx, said.Manifest.RawCID())
	if relay.ErrorCode(err) == relay.CodeNotFound {
		return relay.Errorf(relay.CodeNotFound, "the release with the manifest %s is not here", said.Manifest.RawCID()).WithHint("upload it first")
	}
	if err != nil {
		return err
	}
	m, err := manifest.Parse(doc)
	if err != nil {
		return relay.Errorf(relay.CodeInvalid, "the manifest: %w", err)
	}
	if m.Version != said.Version || said.Name != "" && m.Name != said.Name {
		return relay.Errorf(relay.CodeInvalid, "the manifest is of %s %s, the publication of %s %s", m.Name, m.Version, said.Name, said.Version)
	}
	if !slices.ContainsFunc(m.Authors, func(a manifest.Author) bool { return a.Address.String() == said.Owner }) {
		return relay.Errorf(relay.CodeForbidden, "%s is not among the authors of this release", said.Owner)
	}
	return nil
}
