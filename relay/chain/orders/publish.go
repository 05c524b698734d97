package orders

import (
	"context"
	"slices"

	"github.com/ethereum/go-ethereum/common"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay/chain"
	"github.com/dehug/dehug/relay/chain/contract"
	"github.com/dehug/dehug/relay/chain/send"
)

// Version is a version that may be added to a model on chain.
type Version struct {
	ID    common.Hash
	Known bool // it is there
	call  []byte
}

// Successor is the version of m's that is to be added to the model that a version on chain is of, and has that among its parents. digest is that of
// m's document.
func (b *Book) Successor(ctx context.Context, of common.Hash, m *manifest.Manifest, digest manifest.Digest) (Version, error) {
	at := b.d.Address("ModelRegistry")
	parent, err := ask(ctx, b, at, registry.PackVersionOf(of), registry.UnpackVersionOf)
	if err != nil {
		return Version{}, err
	}
	release := contract.IModelRegistryRelease{Version: m.Version, Manifest: digest, Root: m.Root, Parents: [][32]byte{of}}
	if m.License.SHA256 != nil {
		release.LicenseHash = *m.License.SHA256
	}
	for _, p := range m.Parents {
		if p.VersionID != nil && !slices.Contains(release.Parents, [32]byte(*p.VersionID)) {
			release.Parents = append(release.Parents, *p.VersionID)
		}
	}
	v := Version{ID: common.Hash(chain.NewVersionID(b.d.ChainID, at, parent.Model, m.Version, digest)), call: registry.PackPublishVersion(parent.Model, release)}
	there, err := b.Manifest(ctx, v.ID)
	v.Known = there != [32]byte{}
	return v, err
}

// Publish adds a version on chain. Who sends it has to own the model.
func (b *Book) Publish(ctx context.Context, s *send.Sender, v Version) (common.Hash, error) {
	return b.sendTo(ctx, s, b.d.Address("ModelRegistry"), v.call, nil)
}
