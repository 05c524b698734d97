package receipt

import (
	"crypto/sha256"
	"testing"
)

// Every place of every small batch is proven by its path, and by nothing else.
func TestBatchProofs(t *testing.T) {
	var leaves []Hash
	for n := 1; n <= 33; n++ {
		leaves = append(leaves, sha256.Sum256([]byte{byte(n)}))
		root := Root(leaves)
		for i := range leaves {
			path := Prove(leaves, i)
			if err := CheckProof(leaves[i], i, n, path, root); err != nil {
				t.Fatal(err)
			}
			other := append([]Hash{}, path...)
			wrong := map[string]error{
				"another leaf":  CheckProof(sha256.Sum256(nil), i, n, path, root),
				"another place": CheckProof(leaves[i], i+1, n, path, root),
				"another count": CheckProof(leaves[i], i, 2*n+1, path, root),
				"more":          CheckProof(leaves[i], i, n, append(other, Hash{}), root),
				"below zero":    CheckProof(leaves[i], -1, n, path, root),
			}
			if n > 1 {
				wrong["less"] = CheckProof(leaves[i], i, n, path[1:], root)
				other[0][0]++
				wrong["another path"] = CheckProof(leaves[i], i, n, other[:len(path)], root)
			}
			for what, err := range wrong {
				if err == nil {
					t.Errorf("leaf %d of %d: %s is a proof", i, n, what)
				}
			}
		}
	}
}
