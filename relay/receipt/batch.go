package receipt

import (
	"crypto/sha256"
	"math/bits"

	"github.com/dehug/dehug/relay"
)

// Receipts are settled in batches. A batch has a list of leaves, one for each receipt, and the root of the Merkle tree over them: SHA-256,
// the shape of RFC 6962, with leaf = SHA-256(0x00 ‖ "dehug/receipt/v0" ‖ Digest) and node = SHA-256(0x01 ‖ left ‖ right). So who has a receipt
// sees whether it is in a batch, and the batch says nothing of what is in others.

// Leaf is what a batch has of this receipt.
func (r *Receipt) Leaf() (Hash, error) {
	digest, err := r.Digest()
	if err != nil {
		return Hash{}, err
	}
	return sha256.Sum256(append([]byte("\x00dehug/receipt/v0"), digest[:]...)), nil
}

// Root is that of the tree over leaves; of none it is SHA-256 of nothing.
func Root(leaves []Hash) Hash {
	switch len(leaves) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return leaves[0]
	}
	k := split(len(leaves))
	return node(Root(leaves[:k]), Root(leaves[k:]))
}

// Prove gives what has to be known beside leaf i to compute the root, from the bottom up.
func Prove(leaves []Hash, i int) []Hash {
	if len(leaves) <= 1 {
		return []Hash{}
	}
	k := split(len(leaves))
	if i < k {
		return append(Prove(leaves[:k], i), Root(leaves[k:]))
	}
	return append(Prove(leaves[k:], i-k), Root(leaves[:k]))
}

// CheckProof tells whether a leaf is the one at place i of n under a root.
func CheckProof(leaf Hash, i, n int, path []Hash, root Hash) error {
	got, ok := climb(leaf, i, n, path)
	if !ok || got != root {
		return relay.Errorf(relay.CodeUnverified, "the receipt is not at place %d of the %d under root %x", i, n, root)
	}
	return nil
}

func climb(leaf Hash, i, n int, path []Hash) (Hash, bool) {
	if i < 0 || i >= n {
		return Hash{}, false
	}
	if n == 1 {
		return leaf, len(path) == 0
	}
	if len(path) == 0 {
		return Hash{}, false
	}
	k, top := split(n), path[len(path)-1]
	if i < k {
		left, ok := climb(leaf, i, k, path[:len(path)-1])
		return node(left, top), ok
	}
	right, ok := climb(leaf, i-k, n-k, path[:len(path)-1])
	return node(top, right), ok
}

// split is the largest power of two below n.
func split(n int) int { return 1 << (bits.Len(uint(n-1)) - 1) }

func node(left, right Hash) Hash {
	return sha256.Sum256(append(append([]byte{1}, left[:]...), right[:]...))
}
