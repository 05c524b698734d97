package gateway

import (
	"context"
	"errors"
	"log/slog"

	"github.com/ipfs/boxo/blockstore"
	boxo "github.com/ipfs/boxo/gateway"
	blocks "github.com/ipfs/go-block-format"
	"github.com/ipfs/go-cid"
	ipld "github.com/ipfs/go-ipld-format"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/deny"
)

// errReadOnly answers the methods of a blockstore that a gateway never calls.
var errReadOnly = errors.New("the gateway only reads")

// errDenied is all that is said of a rule to the one who asks.
var errDenied = errors.New("the operator of this gateway does not serve this, or a block that it needs")

// store shows relay.Blocks to boxo as one of its blockstores, for reading.
type store struct {
	relay.Blocks
	denied *deny.Lists
	log    *slog.Logger
}

var _ blockstore.Blockstore = store{}

// name turns boxo's CID into ours. A CIDv0 and a CIDv1 in another base name the same block; what the format has no
// name for is not here.
func name(c cid.Cid) (manifest.CID, error) {
	ours, err := manifest.CIDFromBytes(cid.NewCidV1(c.Type(), c.Hash()).Bytes())
	if err != nil {
		return "", ipld.ErrNotFound{Cid: c}
	}
	return ours, nil
}

func (s store) Has(ctx context.Context, c cid.Cid) (bool, error) {
	ours, err := name(c)
	if err != nil {
		return false, nil
	}
	return s.Blocks.Has(ctx, ours)
}

func (s store) Get(ctx context.Context, c cid.Cid) (blocks.Block, error) {
	if err := s.refusal(ctx, c); err != nil {
		return nil, err
	}
	ours, err := name(c)
	if err != nil {
		return nil, err
	}
	data, err := s.Blocks.Get(ctx, ours)
	if err != nil {
		return nil, s.boxoError(ctx, c, err)
	}
	return blocks.NewBlockWithCid(data, c)
}

func (s store) GetSize(ctx context.Context, c cid.Cid) (int, error) {
	if err := s.refusal(ctx, c); err != nil {
		return 0, err
	}
	ours, err := name(c)
	if err != nil {
		return 0, err
	}
	size, err := s.Blocks.Size(ctx, ours)
	return int(size), s.boxoError(ctx, c, err)
}

// refusal is why a block is denied, in boxo's words, or nil.
func (s store) refusal(ctx context.Context, c cid.Cid) error {
	no := s.denied.Find(c, "")
	if no == nil {
		return nil
	}
	s.log.InfoContext(ctx, "denied", slog.String("cid", c.String()), slog.String("rule", no.Rule))
	return boxo.NewErrorStatusCode(errDenied, no.Status)
}

// boxoError says "not found" in boxo's words, which its handler answers with 404. Any other error becomes a 500
// there, and is the operator's business.
func (s store) boxoError(ctx context.Context, c cid.Cid, err error) error {
	switch {
	case err == nil || ctx.Err() != nil:
		return err
	case relay.ErrorCode(err) == relay.CodeNotFound:
		return ipld.ErrNotFound{Cid: c}
	}
	s.log.ErrorContext(ctx, "block cannot be served", slog.String("cid", c.String()), slog.Any("error", err))
	return err
}

func (store) Put(context.Context, blocks.Block) error             { return errReadOnly }
func (store) PutMany(context.Context, []blocks.Block) error       { return errReadOnly }
func (store) DeleteBlock(context.Context, cid.Cid) error          { return errReadOnly }
func (store) AllKeysChan(context.Context) (<-chan cid.Cid, error) { return nil, errReadOnly }
