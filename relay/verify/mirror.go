package verify

import (
	"context"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
)

// Mirror fetches a whole release from src into blocks, checking all of it on the way. What is there already is not
// fetched again, so a mirror that broke off goes on where it stopped. The result is complete only without an error;
// listing it is the caller's business.
func Mirror(ctx context.Context, src relay.Source, ref Ref, blocks relay.Blocks, opts Options) (*Result, error) {
	parts, err := FromBlocks(ctx, keeping{src, blocks}, ref)
	if err != nil {
		return nil, err
	}
	res, err := Release(ctx, parts, opts)
	if err != nil {
		return res, err
	}
	for _, b := range res.Blocks { // directories and UnixFS nodes were derived, not fetched
		if err := blocks.Put(ctx, b); err != nil {
			return res, err
		}
	}
	return res, nil
}

// keeping reads from blocks what is there and holds, else from src, and keeps that.
type keeping struct {
	src    relay.Source
	blocks relay.Blocks
}

func (k keeping) Get(ctx context.Context, cid manifest.CID) ([]byte, error) {
	if data, err := k.blocks.Get(ctx, cid); err == nil {
		return data, nil
	}
	data, err := k.src.Get(ctx, cid)
	if err != nil {
		return nil, err
	}
	return data, k.blocks.Put(ctx, manifest.Block{CID: cid, Data: data})
}
