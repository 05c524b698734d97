// Package relay holds the words that the relay's rooms share: a block, a place that keeps blocks, a release, and
// an error that speaks to machines and to people. It does nothing itself.
//
// Package disk keeps blocks and the list of releases in a data folder; remote fetches blocks from gateways;
// publish makes a release, verify checks one; gateway and httpapi answer HTTP; cmd/dehug-relay joins them. Only
// gateway knows boxo: it turns [Blocks] into what boxo's handler wants, so that the handler can be replaced.
package relay

import (
	"context"

	"github.com/dehug/dehug/manifest"
)

// Source gives blocks by name. What it returns has been hashed and is the block that was asked for, or the error
// says why not: CodeNotFound, or CodeUnverified when bytes were there but other ones.
type Source interface {
	Get(ctx context.Context, cid manifest.CID) ([]byte, error)
}

// Blocks keeps blocks. It is safe for concurrent use, by several processes where the keeper says so.
type Blocks interface {
	Source
	Has(ctx context.Context, cid manifest.CID) (bool, error)
	// Size is the length of a block in bytes, without reading it.
	Size(ctx context.Context, cid manifest.CID) (int64, error)
	// Put keeps a block for good. It refuses one that is not what its CID names, or over manifest.MaxBlock.
	// Putting what is already there is not an error.
	Put(ctx context.Context, block manifest.Block) error
}

// CheckBlock is what every keeper asks of a block before it takes it: a CID of the format (raw or dag-pb, SHA-256),
// no more than manifest.MaxBlock bytes, and the hash.
func CheckBlock(block manifest.Block) error {
	if len(block.Data) > manifest.MaxBlock {
		return Errorf(CodeTooLarge, "block %s: %d bytes, a block has at most %d", block.CID, len(block.Data), manifest.MaxBlock)
	}
	if _, err := manifest.ParseCID(string(block.CID)); err != nil {
		return Errorf(CodeInvalid, "%w", err).WithHint("%s", manifest.HintOf(err))
	}
	if err := block.CID.Verify(block.Data); err != nil {
		return Errorf(CodeUnverified, "%w", err).WithHint("%s", manifest.HintOf(err))
	}
	return nil
}
